/* DEBUG, to look at what this stage builds: the blocks of a list, and who waits
 * for which key. `tests/check look` draws them. */
#include "arguments.h"
#include "blocking.h"
#include "debug.h"
#include "keyspace.h"
#include "listpack.h"
#include "reply.h"
#include "value_blocks.h"

enum { BYTES_TOLD = 16384, WAITERS_TOLD = 100 };

/* DEBUG BLOCK key number: the number of packed blocks that the value consists
 * of, and the beginning of one of them */
static void debug_block(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_peek(&key);
    int64_t number;
    if (!argument_i64(client, request->argv[3], &number))
        return;
    if (entry == NULL) {
        reply_error(client, "ERR no such key");
        return;
    }
    size_t blocks = value_blocks(entry);
    reply_array(client, 2);
    reply_integer(client, (int64_t)blocks);
    if (number < 0 || (uint64_t)number >= blocks) {
        reply_null(client);
        return;
    }
    const uint8_t *block = value_block(entry, (size_t)number);
    size_t bytes = listpack_bytes(block);
    reply_bulk(client, (const char *)block,
               bytes < BYTES_TOLD ? bytes : BYTES_TOLD);
}

struct places {
    struct client *client; /* hears of them; if NULL they are counted */
    size_t count;
};

static void see_place(void *context, struct slice key,
                      const struct client *waiter) {
    struct places *places = context;
    if (places->count == WAITERS_TOLD)
        return;
    places->count++;
    if (places->client != NULL) {
        reply_bulk(places->client, key.ptr, key.len);
        reply_integer(places->client, (int64_t)waiter->id);
    }
}

/* DEBUG WAITERS database: the key and the client of each place in a queue; the
 * places of one key come together, the client that has waited longest first */
static void debug_waiters(struct client *client, struct request *request) {
    struct places counted = {0}, told = {.client = client};
    int number;
    if (!argument_database(client, request->argv[2], &number))
        return;
    blocking_look(number, see_place, &counted);
    reply_array(client, 2 * counted.count);
    blocking_look(number, see_place, &told);
}

const struct debug_subcommand look_list_debugs[] = {
    {"block", debug_block, 4, 4, "BLOCK key number",
     "Answers how many packed blocks a value has, and one of them."},
    {"waiters", debug_waiters, 3, 3, "WAITERS dbid",
     "Tells which client waits for which key of a database."},
    {0},
};
