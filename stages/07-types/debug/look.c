/* DEBUG, to look at what the stages up to this one build: the buckets of a
 * database, the bytes of an entry, the index of expiries, the blocks of a
 * value, and who waits for which key. `tests/check look` draws them. */
#include "arguments.h"
#include "blocking.h"
#include "debug.h"
#include "debug_look.h"
#include "entry_object.h"
#include "entry_parts.h"
#include "keyspace.h"
#include "linear_hash.h"
#include "list.h"
#include "listpack.h"
#include "reply.h"

/* Where what is long is cut. */
enum {
    BUCKETS_TOLD = 64,
    KEYS_TOLD = 16,   /* of a bucket */
    ENTRY_TOLD = 512, /* bytes of an entry, or of a key */
    NODES_TOLD = 64,  /* of each level of a tree */
    BLOCK_TOLD = 16384,
    WAITERS_TOLD = 100
};

static size_t at_most(size_t count, size_t most) {
    return count < most ? count : most;
}

static void reply_beginning(struct client *client, struct slice bytes) {
    reply_bulk(client, bytes.ptr, at_most(bytes.len, ENTRY_TOLD));
}

/* The table. */

struct bucket_keys {
    struct slice keys[KEYS_TOLD];
    size_t count;
};

static void see_key(void *context, void *entry) {
    struct bucket_keys *found = context;
    if (found->count < KEYS_TOLD)
        found->keys[found->count++] = entry_key(entry);
}

static void reply_keys_of_bucket(struct client *client, const struct db *db,
                                 size_t bucket) {
    struct bucket_keys found = {0};
    (void)db_scan(db, bucket, see_key, &found);
    reply_array(client, found.count);
    for (size_t i = 0; i < found.count; i++)
        reply_beginning(client, found.keys[i]);
}

/* DEBUG BUCKETS database: how many buckets and keys there are, the bucket that
 * is split next, and the keys in each of the first buckets */
static void debug_buckets(struct client *client, struct request *request) {
    int number;
    if (!argument_database(client, request->argv[2], &number))
        return;
    const struct db *db = keyspace_db(number);
    /* An empty table may have no buckets yet. */
    size_t buckets = keyspace_size(db) > 0 ? db->dict.buckets : 0;
    size_t told = at_most(buckets, BUCKETS_TOLD);
    reply_array(client, 4);
    reply_integer(client, (int64_t)buckets);
    reply_integer(client, (int64_t)keyspace_size(db));
    reply_integer(client, buckets > 0 ? (int64_t)linear_origin(buckets) : 0);
    reply_array(client, told);
    for (size_t i = 0; i < told; i++)
        reply_keys_of_bucket(client, db, i);
}

/* Entries. */

/* Returns the entry of the key that is the second argument. If there is none,
 * it gives the error reply and returns NULL. */
static const struct entry *find_entry(struct client *client,
                                      const struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_peek(&key);
    if (entry == NULL)
        reply_error(client, "ERR no such key");
    return entry;
}

/* DEBUG ENTRY key: the encoding of its value, the bytes of the entry (without
 * its block, if it has one), and the name and size of each part of them */
static void debug_entry(struct client *client, struct request *request) {
    const struct entry *entry = find_entry(client, request);
    if (entry == NULL)
        return;
    struct entry_part parts[ENTRY_PARTS_MAX];
    size_t count = entry_parts(entry, parts), size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    reply_array(client, 2 + 2 * count);
    reply_text(client, entry_encoding(entry));
    reply_beginning(client, (struct slice){(char *)entry, size});
    for (size_t i = 0; i < count; i++) {
        reply_text(client, parts[i].name);
        reply_integer(client, (int64_t)parts[i].size);
    }
}

/* The index of expiries. */

static void reply_level(struct client *client, const struct due *due,
                        int level) {
    size_t told = at_most(due_level_size(due, level), NODES_TOLD);
    reply_array(client, told);
    for (size_t node = 0; node < told; node++) {
        int64_t mark = due->level[level][node];
        if (mark == 0)
            reply_null(client);
        else
            reply_integer(client, DUE_NEVER - mark);
    }
}

/* DEBUG DUE database: the levels of the tree, from the one with the buckets up;
 * each is an array of the earliest times in milliseconds, or nulls */
static void debug_due(struct client *client, struct request *request) {
    int number;
    if (!argument_database(client, request->argv[2], &number))
        return;
    const struct due *due = &keyspace_db(number)->due;
    int levels = 0;
    while (levels < DUE_LEVELS && due->level[levels] != NULL)
        levels++;
    reply_array(client, (size_t)levels);
    for (int level = 0; level < levels; level++)
        reply_level(client, due, level);
}

/* Packed blocks. */

/* Returns the number of packed blocks that the value consists of; 0 if it is
 * kept in another way. */
static size_t count_blocks(const struct entry *entry) {
    if (entry_type(entry) == TYPE_LIST)
        return list_blocks(entry_object(entry));
    return debug_listpack(entry) != NULL;
}

static const uint8_t *block_at(const struct entry *entry, size_t number) {
    if (entry_type(entry) == TYPE_LIST)
        return list_block(entry_object(entry), number);
    return debug_listpack(entry);
}

/* DEBUG BLOCK key number: the number of packed blocks that the value consists
 * of, and the beginning of one of them */
static void debug_block(struct client *client, struct request *request) {
    int64_t number;
    if (!argument_i64(client, request->argv[3], &number))
        return;
    const struct entry *entry = find_entry(client, request);
    if (entry == NULL)
        return;
    size_t blocks = count_blocks(entry);
    reply_array(client, 2);
    reply_integer(client, (int64_t)blocks);
    /* The number of blocks is answered nevertheless, so that one can ask for
     * it. */
    if (number < 0 || (uint64_t)number >= blocks) {
        reply_null(client);
        return;
    }
    const uint8_t *block = block_at(entry, (size_t)number);
    reply_bulk(client, (const char *)block,
               at_most(listpack_bytes(block), BLOCK_TOLD));
}

/* Clients that wait. */

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
    /* A reply begins with its length, so the places are counted first. */
    blocking_look(number, see_place, &counted);
    reply_array(client, 2 * counted.count);
    blocking_look(number, see_place, &told);
}

const struct debug_subcommand look_debugs[] = {
    {"block", debug_block, 4, 4, "BLOCK key number",
     "Answers how many packed blocks a value has, and one of them."},
    {"buckets", debug_buckets, 3, 3, "BUCKETS dbid",
     "Tells which keys are in which bucket of a database."},
    {"due", debug_due, 3, 3, "DUE dbid",
     "Tells when the buckets of a database have something that expires."},
    {"entry", debug_entry, 3, 3, "ENTRY key",
     "Answers the bytes of a key's entry, and what they are."},
    {"waiters", debug_waiters, 3, 3, "WAITERS dbid",
     "Tells which client waits for which key of a database."},
    {0},
};
