/* SAVE BGSAVE LASTSAVE. */
#include "arguments.h"
#include "child.h"
#include "command.h"
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

enum { SAVES = CMD_ADMIN | CMD_NOSCRIPT | CMD_NO_ASYNC_LOADING };

const struct command save_commands[] = {
    {"save", cmd_save, 1, SAVES | CMD_NO_MULTI},
    {"bgsave", cmd_bgsave, -1, SAVES},
    {"lastsave", cmd_lastsave, 1, CMD_LOADING | CMD_STALE | CMD_FAST},
    {0},
};
