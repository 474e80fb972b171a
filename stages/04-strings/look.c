/* DEBUG, to look at what this stage builds: the buckets of a database, and the
 * bytes of an entry. `tests/check look` draws them. */
#include "arguments.h"
#include "debug.h"
#include "entry_parts.h"
#include "keyspace.h"
#include "linear_hash.h"
#include "reply.h"

/* Where large tables, long keys and long entries are cut. */
enum { BUCKETS_TOLD = 64, KEYS_TOLD = 16, BYTES_TOLD = 512 };

struct bucket_keys {
    struct slice keys[KEYS_TOLD];
    size_t count;
};

static void see_key(void *context, void *entry) {
    struct bucket_keys *found = context;
    if (found->count < KEYS_TOLD)
        found->keys[found->count++] = entry_key(entry);
}

static void reply_beginning(struct client *client, struct slice bytes) {
    reply_bulk(client, bytes.ptr,
               bytes.len < BYTES_TOLD ? bytes.len : BYTES_TOLD);
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
    size_t buckets = keyspace_size(db) > 0 ? db->dict.buckets : 0;
    size_t told = buckets < BUCKETS_TOLD ? buckets : BUCKETS_TOLD;
    reply_array(client, 4);
    reply_integer(client, (int64_t)buckets);
    reply_integer(client, (int64_t)keyspace_size(db));
    reply_integer(client, buckets > 0 ? (int64_t)linear_origin(buckets) : 0);
    reply_array(client, told);
    for (size_t i = 0; i < told; i++)
        reply_keys_of_bucket(client, db, i);
}

/* DEBUG ENTRY key: the encoding of its value, the bytes of the entry (without
 * its block, if it has one), and the name and size of each part of them */
static void debug_entry(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_peek(&key);
    if (entry == NULL) {
        reply_error(client, "ERR no such key");
        return;
    }
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

const struct debug_subcommand look_debugs[] = {
    {"buckets", debug_buckets, 3, 3, "BUCKETS dbid",
     "Tells which keys are in which bucket of a database."},
    {"entry", debug_entry, 3, 3, "ENTRY key",
     "Answers the bytes of a key's entry, and what they are."},
    {0},
};
