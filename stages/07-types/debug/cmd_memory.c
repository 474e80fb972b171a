/* MEMORY USAGE: the memory that a key takes. */
#include "arguments.h"
#include "command.h"
#include "entry_memory.h"
#include "keyspace.h"
#include "reply.h"

/* MEMORY USAGE key [SAMPLES count]: we count everything and sample nothing */
static void memory_usage(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    for (size_t i = 3; i < request->argc; i += 2) {
        int64_t samples;
        if (i + 1 == request->argc || !slice_is(argv[i], "samples")) {
            reply_syntax_error(client);
            return;
        }
        if (!argument_i64(client, argv[i + 1], &samples))
            return;
        if (samples < 0) {
            reply_syntax_error(client);
            return;
        }
    }
    struct key key = keyspace_key(client, argv[2]);
    const struct dict *dict = &key.db->dict;
    /* Not by keyspace_peek(): as in Redis, a key whose time has come is
     * measured as long as it is in memory. */
    void **place = dict_find(dict, key.text, key.hash);
    if (place == NULL) {
        reply_null(client);
        return;
    }
    /* With the key's part of the table. */
    size_t bytes = entry_memory(*place) + dict_memory(dict) / dict->count;
    reply_integer(client, (int64_t)bytes);
}

const struct command memory_commands[] = {
    {"memory", NULL, -2, CMD_CONTAINER},
    {"memory|usage", memory_usage, -3, CMD_READONLY},
    {0},
};
