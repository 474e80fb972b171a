/* SHUTDOWN. */
#include "command.h"
#include "shutdown.h"

/* The options of SHUTDOWN. */
struct options {
    enum shutdown_save save;
    bool force, abort, now;
};

static bool read_option(struct options *options, struct slice word) {
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

/* SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]: without replicas there is
 * nothing to wait for, so NOW changes nothing, and there never is one to be
 * aborted */
static void cmd_shutdown(struct client *client, struct request *request) {
    struct options options = {0};
    bool good = true;
    for (size_t i = 1; good && i < request->argc; i++)
        good = read_option(&options, request->argv[i]);
    if (!good || (options.abort && request->argc > 2))
        reply_syntax_error(client);
    else if (options.abort)
        reply_error(client, "ERR No shutdown in progress.");
    else if (!shutdown_ask(options.save, options.force))
        reply_error(client, "ERR Errors trying to SHUTDOWN. Check logs.");
    else
        conn_end(client->conn); /* no reply: this turn is the last one */
}

enum {
    ENDS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_NO_MULTI |
           CMD_ALLOW_BUSY
};

const struct command shutdown_commands[] = {
    {"shutdown", cmd_shutdown, -1, ENDS},
    {0},
};
