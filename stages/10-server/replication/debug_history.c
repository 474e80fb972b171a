/* DEBUG CHANGE-REPL-ID. */
#include "debug.h"
#include "history.h"
#include "reply.h"

static void debug_change_id(struct client *client, struct request *request) {
    (void)request;
    history_begin_anew();
    reply_ok(client);
}

const struct debug_subcommand history_debugs[] = {
    {"change-repl-id", debug_change_id, 2, 2, "CHANGE-REPL-ID",
     "Gives the history another id, so that replicas begin anew."},
    {0},
};
