/* SHUTDOWN. */
#include "command.h"
#include "shutdown.h"

/* SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]
 *
 * NOW means not to wait for replicas. There are none to wait for, so it changes
 * nothing, and a shutdown is never under way that ABORT could stop. */
static void cmd_shutdown(struct client *client, struct request *request) {
    struct shutdown_options options;
    if (!shutdown_options(client, request, &options))
        return;
    if (options.abort)
        reply_error(client, "ERR No shutdown in progress.");
    else if (!shutdown_now(options.save, options.force))
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
