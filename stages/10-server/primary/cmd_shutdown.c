/* SHUTDOWN. */
#include "blocking.h"
#include "command.h"
#include "shutdown.h"
#include "shutdown_wait.h"

/* SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]
 *
 * There is no reply if the server stops. NOW does not wait for replicas. */
static void cmd_shutdown(struct client *client, struct request *request) {
    struct shutdown_options options;
    if (!shutdown_options(client, request, &options))
        return;
    if (options.abort) {
        if (shutdown_abort())
            reply_ok(client);
        else
            reply_error(client, "ERR No shutdown in progress.");
    } else if (!options.now && shutdown_waits()) {
        /* The client is answered only if the server goes on, and cannot be
         * made to give up. */
        shutdown_later(client, options.save, options.force);
        blocking_wait(client, request, NULL, 0, TYPE_STRING, BLOCKING_FOREVER);
    } else if (!shutdown_now(options.save, options.force)) {
        reply_error(client, SHUTDOWN_FAILED);
    } else {
        conn_end(client->conn); /* no reply: this turn is the last one */
    }
}

enum {
    ENDS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_NO_MULTI |
           CMD_ALLOW_BUSY
};

const struct command shutdown_commands[] = {
    {"shutdown", cmd_shutdown, -1, ENDS},
    {0},
};
