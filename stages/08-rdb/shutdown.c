#include "shutdown.h"

#include "arguments.h"
#include "command.h"
#include "log.h"
#include "save_points.h"

static bool decided;

bool shutdown_decided(void) {
    return decided;
}

bool shutdown_now(enum shutdown_save save, bool force) {
    bool snapshot = save == SHUTDOWN_SAVE ||
                    (save == SHUTDOWN_DEFAULT && save_points_any());
    /* From here on the loop ends with this turn, if nothing would be lost. */
    decided = stage_settle(snapshot, force);
    if (!decided)
        log_error("not stopping: what is unsaved would be lost");
    return decided;
}

static bool read_option(struct shutdown_options *options, struct slice word) {
    if (slice_is(word, "nosave") && options->save != SHUTDOWN_SAVE)
        options->save = SHUTDOWN_NOSAVE;
    else if (slice_is(word, "save") && options->save != SHUTDOWN_NOSAVE)
        options->save = SHUTDOWN_SAVE;
    else if (slice_is(word, "force"))
        options->force = true;
    else if (slice_is(word, "now"))
        options->now = true;
    else if (slice_is(word, "abort"))
        options->abort = true;
    else
        return false;
    return true;
}

bool shutdown_options(struct client *client, const struct request *request,
                      struct shutdown_options *options) {
    *options = (struct shutdown_options){0};
    bool good = true;
    for (size_t i = 1; good && i < request->argc; i++)
        good = read_option(options, request->argv[i]);
    bool stops =
        options->save != SHUTDOWN_DEFAULT || options->now || options->force;
    if (!good || (options->abort && stops)) {
        reply_syntax_error(client);
        return false;
    }
    return true;
}
