/* Subcommands of DEBUG that are about the replication history. */
#include "buf_slice.h"
#include "debug.h"
#include "history.h"
#include "repl_stream.h"
#include "replica.h"
#include "reply.h"
#include "words.h"

/* DEBUG CHANGE-REPL-ID
 *
 * The offset and the backlog stay. Replicas that are connected go on, and
 * notice nothing before they come back. */
static void debug_change_id(struct client *client, struct request *request) {
    (void)request;
    history_begin_anew();
    reply_ok(client);
}

/* DEBUG REPLICATE word [word ...]
 *
 * The replicas get the words as a command, which does not run here: so tests
 * make data differ. They run it in the database of the last effect. */
static void debug_replicate(struct client *client, struct request *request) {
    struct buf bytes = {0};
    words_write(&bytes, request->argv + 2, request->argc - 2);
    /* A replica must not put bytes of its own into its primary's stream. */
    if (!replica_is())
        repl_stream_append(buf_slice(&bytes));
    buf_free(&bytes);
    reply_ok(client);
}

const struct debug_subcommand history_debugs[] = {
    {"change-repl-id", debug_change_id, 2, 2, "CHANGE-REPL-ID",
     "Gives the history another id, so that replicas begin anew."},
    {"replicate", debug_replicate, 3, SIZE_MAX, "REPLICATE word [word ...]",
     "Sends a command to the replicas that does not run here."},
    {0},
};
