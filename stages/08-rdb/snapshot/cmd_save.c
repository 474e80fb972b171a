/* SAVE BGSAVE LASTSAVE SHUTDOWN. */
#include "child.h"
#include "command.h"
#include "shutdown.h"
#include "snapshot.h"

/* SAVE */
static void cmd_save(struct client *client, struct request *request) {
    (void)request;
    if (snapshot_running())
        reply_error(client, "ERR Background save already in progress");
    else if (snapshot_save())
        reply_ok(client);
    else
        reply_error(client, "ERR");
}

/* BGSAVE [SCHEDULE] */
static void cmd_bgsave(struct client *client, struct request *request) {
    bool schedule =
        request->argc == 2 && slice_is(request->argv[1], "schedule");
    if (request->argc > 1 && !schedule) {
        reply_syntax_error(client);
    } else if (snapshot_running()) {
        reply_error(client, "ERR Background save already in progress");
    } else if (child_held() || (child_running() && schedule)) {
        snapshot_schedule();
        reply_simple(client, "Background saving scheduled");
    } else if (child_running()) {
        reply_error(client,
                    "ERR Another child process is active (AOF?): can't BGSAVE "
                    "right now. Use BGSAVE SCHEDULE in order to schedule a "
                    "BGSAVE whenever possible.");
    } else if (snapshot_begin()) {
        reply_simple(client, "Background saving started");
    } else {
        reply_error(client, "ERR");
    }
}

/* LASTSAVE */
static void cmd_lastsave(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, snapshot_last_s());
}

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
    SAVES = CMD_ADMIN | CMD_NOSCRIPT | CMD_NO_ASYNC_LOADING,
    ENDS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_NO_MULTI |
           CMD_ALLOW_BUSY
};

const struct command save_commands[] = {
    {"save", cmd_save, 1, SAVES | CMD_NO_MULTI},
    {"bgsave", cmd_bgsave, -1, SAVES},
    {"lastsave", cmd_lastsave, 1, CMD_LOADING | CMD_STALE | CMD_FAST},
    {"shutdown", cmd_shutdown, -1, ENDS},
    {0},
};
