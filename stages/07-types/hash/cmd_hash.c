/* Commands that set, read and delete fields of hashes. */
#include "command.h"
#include "hash_key.h"

/* Sets all pairs of the request. Returns false after an error reply. */
static bool set_pairs(struct client *client, const struct request *request,
                      size_t *added) {
    const struct slice *argv = request->argv;
    struct hash_key at;
    *added = 0;
    /* The name and the key are followed by pairs. */
    if (request->argc % 2 != 0) {
        command_reply_arity(client);
        return false;
    }
    if (!hash_key_find(client, argv[1], &at))
        return false;
    *added = hash_key_set(&at, "hhset", argv + 2, (request->argc - 2) / 2);
    return true;
}

/* HSET key field value [field value ...] */
static void cmd_hset(struct client *client, struct request *request) {
    size_t added;
    if (set_pairs(client, request, &added))
        reply_integer(client, (int64_t)added);
}

/* HMSET key field value [field value ...] */
static void cmd_hmset(struct client *client, struct request *request) {
    size_t added;
    if (set_pairs(client, request, &added))
        reply_ok(client);
}

/* Returns true if the hash has the field, and then its value. There may be no
 * hash. */
static bool get(const struct hash_key *at, struct slice field,
                struct slice *value, char scratch[static NUMBER_I64_MAX_TEXT]) {
    return at->hash != NULL && hash_get(at->hash, field, value, scratch);
}

/* HSETNX key field value */
static void cmd_hsetnx(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    char scratch[NUMBER_I64_MAX_TEXT];
    struct hash_key at;
    struct slice value;
    if (!hash_key_find(client, argv[1], &at))
        return;
    if (get(&at, argv[2], &value, scratch)) {
        reply_integer(client, 0);
        return;
    }
    (void)hash_key_set(&at, "hhset", argv + 2, 1); /* it is new */
    reply_integer(client, 1);
}

static void reply_field(struct client *client, const struct hash_key *at,
                        struct slice field) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value;
    if (get(at, field, &value, scratch))
        reply_slice(client, value);
    else
        reply_null(client);
}

/* HGET key field */
static void cmd_hget(struct client *client, struct request *request) {
    struct hash_key at;
    if (hash_key_find(client, request->argv[1], &at))
        reply_field(client, &at, request->argv[2]);
}

/* HMGET key field [field ...] */
static void cmd_hmget(struct client *client, struct request *request) {
    struct hash_key at;
    if (!hash_key_find(client, request->argv[1], &at))
        return;
    /* A key that is missing has none of the fields. */
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++)
        reply_field(client, &at, request->argv[i]);
}

static void visit_field(void *context, struct slice field, struct slice value) {
    (void)value;
    reply_slice(context, field);
}

static void visit_value(void *context, struct slice field, struct slice value) {
    (void)field;
    reply_slice(context, value);
}

static void visit_pair(void *context, struct slice field, struct slice value) {
    reply_slice(context, field);
    reply_slice(context, value);
}

/* Replies with a head, then with what visit replies for each field. */
static void reply_all(struct client *client, struct slice name,
                      void (*head)(struct client *client, size_t count),
                      void (*visit)(void *context, struct slice field,
                                    struct slice value)) {
    struct hash_key at;
    if (!hash_key_find(client, name, &at))
        return;
    head(client, at.hash != NULL ? hash_size(at.hash) : 0);
    if (at.hash == NULL)
        return;
    uint64_t cursor = 0;
    do
        cursor = hash_scan(at.hash, cursor, visit, client);
    while (cursor != 0);
}

/* HGETALL key */
static void cmd_hgetall(struct client *client, struct request *request) {
    reply_all(client, request->argv[1], reply_map, visit_pair);
}

/* HKEYS key */
static void cmd_hkeys(struct client *client, struct request *request) {
    reply_all(client, request->argv[1], reply_array, visit_field);
}

/* HVALS key */
static void cmd_hvals(struct client *client, struct request *request) {
    reply_all(client, request->argv[1], reply_array, visit_value);
}

/* HLEN key */
static void cmd_hlen(struct client *client, struct request *request) {
    struct hash_key at;
    if (hash_key_find(client, request->argv[1], &at))
        reply_integer(client,
                      at.hash != NULL ? (int64_t)hash_size(at.hash) : 0);
}

/* HSTRLEN key field */
static void cmd_hstrlen(struct client *client, struct request *request) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct hash_key at;
    struct slice value = {0};
    if (!hash_key_find(client, request->argv[1], &at))
        return;
    bool there = get(&at, request->argv[2], &value, scratch);
    reply_integer(client, there ? (int64_t)value.len : 0);
}

/* HEXISTS key field */
static void cmd_hexists(struct client *client, struct request *request) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct hash_key at;
    struct slice value;
    if (hash_key_find(client, request->argv[1], &at))
        reply_integer(client, get(&at, request->argv[2], &value, scratch));
}

/* HDEL key field [field ...] */
static void cmd_hdel(struct client *client, struct request *request) {
    struct hash_key at;
    int64_t removed = 0;
    if (!hash_key_find(client, request->argv[1], &at))
        return;
    /* A field that is named twice is there only once; and an empty hash stays
     * until hash_key_changed() deletes its key. */
    for (size_t i = 2; at.hash != NULL && i < request->argc; i++)
        removed += hash_remove(keyspace_heap(), &at.hash, request->argv[i]);
    if (removed > 0)
        hash_key_changed(&at, "hhdel", (uint64_t)removed);
    reply_integer(client, removed);
}

const struct command hash_commands[] = {
    {"hset", cmd_hset, -4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"hmset", cmd_hmset, -4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"hsetnx", cmd_hsetnx, 4, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"hget", cmd_hget, 3, CMD_READONLY | CMD_FAST},
    {"hmget", cmd_hmget, -3, CMD_READONLY | CMD_FAST},
    {"hgetall", cmd_hgetall, 2, CMD_READONLY},
    {"hkeys", cmd_hkeys, 2, CMD_READONLY},
    {"hvals", cmd_hvals, 2, CMD_READONLY},
    {"hlen", cmd_hlen, 2, CMD_READONLY | CMD_FAST},
    {"hstrlen", cmd_hstrlen, 3, CMD_READONLY | CMD_FAST},
    {"hexists", cmd_hexists, 3, CMD_READONLY | CMD_FAST},
    {"hdel", cmd_hdel, -3, CMD_WRITE | CMD_FAST},
    {0},
};
