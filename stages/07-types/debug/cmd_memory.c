/* MEMORY USAGE: the memory that a key takes. */
#include "arguments.h"
#include "blob.h"
#include "command.h"
#include "entry_block.h"
#include "hash.h"
#include "keyspace.h"
#include "list.h"
#include "reply.h"
#include "set.h"
#include "stream.h"
#include "zset.h"

static size_t block_memory(enum type type, const void *block) {
    const struct blob *blob = block;
    switch (type) {
    case TYPE_LIST: return list_memory(block);
    case TYPE_SET: return set_memory(block);
    case TYPE_ZSET: return zset_memory(block);
    case TYPE_HASH: return hash_memory(block);
    case TYPE_STREAM: return stream_memory(block);
    default: return heap_round(sizeof *blob + blob->room);
    }
}

/* The memory of an entry and of all that it owns. */
static size_t entry_memory(const struct entry *entry) {
    size_t bytes = heap_round(entry_size(entry));
    if (layout_of(entry) == BLOCK)
        /* Other values lie within the entry. */
        bytes += block_memory(entry_type(entry), block_of(entry));
    return bytes;
}

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
