/* DEBUG, to look at the index of expiries. `tests/check look` draws it. */
#include "arguments.h"
#include "debug.h"
#include "keyspace.h"
#include "reply.h"

enum { NODES_TOLD = 64 }; /* of each level, the first ones */

/* DEBUG DUE database: the levels of the tree, from the one with the buckets up;
 * each is an array of the earliest times in milliseconds, or nulls */
static void debug_due(struct client *client, struct request *request) {
    int number;
    if (!argument_database(client, request->argv[2], &number))
        return;
    const struct due *due = &keyspace_db(number)->due;
    int levels = due_levels(due);
    reply_array(client, (size_t)levels);
    for (int level = 0; level < levels; level++) {
        size_t size = due_level_size(due, level);
        size_t told = size < NODES_TOLD ? size : NODES_TOLD;
        reply_array(client, told);
        for (size_t node = 0; node < told; node++) {
            int64_t time_ms = due_time(due, level, node);
            if (time_ms == DUE_NEVER)
                reply_null(client);
            else
                reply_integer(client, time_ms);
        }
    }
}

const struct debug_subcommand look_due_debugs[] = {
    {"due", debug_due, 3, 3, "DUE dbid",
     "Tells when the buckets of a database have something that expires."},
    {0},
};
