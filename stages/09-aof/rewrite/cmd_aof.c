/* BGREWRITEAOF. */
#include "aof.h"
#include "aof_state.h"
#include "child.h"
#include "command.h"

/* BGREWRITEAOF */
static void cmd_bgrewriteaof(struct client *client, struct request *request) {
    (void)request;
    if (aof.rewriting) {
        reply_error(client, "ERR Background append only file rewriting already "
                            "in progress");
    } else if (child_running() || child_held()) {
        aof_state_schedule();
        reply_simple(client, "Background append only file rewriting scheduled");
    } else if (aof_rewrite()) {
        reply_simple(client, "Background append only file rewriting started");
    } else {
        reply_error(client, "ERR Can't execute an AOF background rewriting. "
                            "Please check the server logs for more "
                            "information.");
    }
}

const struct command aof_commands[] = {
    {"bgrewriteaof", cmd_bgrewriteaof, 1,
     CMD_ADMIN | CMD_NOSCRIPT | CMD_NO_ASYNC_LOADING},
    {0},
};
