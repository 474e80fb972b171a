/* BGREWRITEAOF, and DEBUG LOADAOF. */
#include "aof.h"
#include "aof_files.h"
#include "child.h"
#include "command.h"
#include "debug.h"
#include "loading.h"

/* BGREWRITEAOF */
static void cmd_bgrewriteaof(struct client *client, struct request *request) {
    (void)request;
    if (aof_rewriting()) {
        reply_error(client, "ERR Background append only file rewriting already "
                            "in progress");
    } else if (child_running()) {
        aof_rewrite_schedule();
        reply_simple(client, "Background append only file rewriting scheduled");
    } else if (aof_rewrite()) {
        reply_simple(client, "Background append only file rewriting started");
    } else {
        reply_error(client, "ERR Can't execute an AOF background rewriting. "
                            "Please check the server logs for more "
                            "information.");
    }
}

/* DEBUG LOADAOF */
static void debug_loadaof(struct client *client, struct request *request) {
    (void)request;
    if (aof_settle() && loading_now(load_disk_open_aof, true))
        reply_ok(client);
    else
        reply_error(client, "ERR Error trying to load the AOF files, check "
                            "server logs.");
}

const struct debug_subcommand aof_debugs[] = {
    {"loadaof", debug_loadaof, 2, 2, "LOADAOF",
     "Empties the databases, and loads the append-only file."},
    {0},
};

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_NO_ASYNC_LOADING };

const struct command aof_commands[] = {
    {"bgrewriteaof", cmd_bgrewriteaof, 1, FLAGS},
    {0},
};
