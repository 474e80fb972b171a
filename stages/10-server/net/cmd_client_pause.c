/* CLIENT PAUSE and UNPAUSE. */
#include "argument_timeout.h"
#include "pause.h"

/* CLIENT PAUSE timeout [WRITE | ALL] */
static void client_pause(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    bool writes = request->argc == 4 && slice_is(argv[3], "write");
    int64_t ms;
    if (request->argc > 4) {
        /* In Redis, too, the arity lets more arguments through and the
         * subcommand refuses them. */
        reply_bad_subcommand(client, argv[1], "CLIENT");
    } else if (request->argc == 4 && !writes && !slice_is(argv[3], "all")) {
        reply_error(client, "ERR CLIENT PAUSE mode must be WRITE or ALL");
    } else if (argument_timeout_ms(client, argv[2], &ms)) {
        pause_begin(writes ? PAUSE_WRITES : PAUSE_ALL, ms);
        reply_ok(client);
    }
}

/* CLIENT UNPAUSE */
static void client_unpause(struct client *client, struct request *request) {
    (void)request;
    pause_end();
    reply_ok(client);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command pause_commands[] = {
    {"client|pause", client_pause, -3, FLAGS},
    {"client|unpause", client_unpause, 2, FLAGS},
    {0},
};
