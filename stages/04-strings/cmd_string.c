/* Commands about strings: their values, several of them at once, and the bytes
 * inside. SET is in cmd_set.c, and the commands that count in cmd_number.c. */
#include "arguments.h"
#include "bulk_limit.h"
#include "command.h"
#include "key_walk.h"

/* GET key */
static void cmd_get(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (lookup_string(client, &key, &entry))
        reply_value(client, entry);
}

/* GETDEL key */
static void cmd_getdel(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    reply_value(client, entry); /* while there is one */
    if (keyspace_delete(&key))
        keyspace_changed(&key, "gdel", 1);
}

/* MGET key [key ...] */
static void cmd_mget(struct client *client, struct request *request) {
    struct key_walk walk = key_walk(client, request, 1);
    reply_array(client, request->argc - 1);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
        reply_value(client, lookup_if_string(client, key));
}

/* Returns true if each key has a value. Otherwise it gives the error reply. */
static bool are_pairs(struct client *client, const struct request *request) {
    if (request->argc % 2 == 0)
        command_reply_arity(client);
    return request->argc % 2 == 1;
}

static void set_pairs(struct client *client, const struct request *request) {
    const struct slice *value = request->argv + 2;
    struct key_walk walk = key_walk(client, request, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        keyspace_set(key, *value);
        keyspace_changed(key, "$set", 1);
        value += 2;
    }
}

/* MSET key value [key value ...] */
static void cmd_mset(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    set_pairs(client, request);
    reply_ok(client);
}

/* MSETNX key value [key value ...]: all of them, or none */
static void cmd_msetnx(struct client *client, struct request *request) {
    if (!are_pairs(client, request))
        return;
    /* All keys are looked at before the first is set. */
    struct key_walk walk = key_walk(client, request, 2);
    for (const struct key *key; (key = key_walk_next(&walk)) != NULL;) {
        if (keyspace_read(client, key) != NULL) {
            reply_integer(client, 0);
            return;
        }
    }
    set_pairs(client, request);
    reply_integer(client, 1);
}

/* Returns true if a value may have len + more bytes; len is not negative.
 * Otherwise it gives the error reply. The sum is never computed: it could
 * overflow. */
static bool check_length(struct client *client, int64_t len, size_t more) {
    if (len <= bulk_limit() && more <= (size_t)(bulk_limit() - len))
        return true;
    reply_error(client, "ERR string exceeds maximum allowed size "
                        "(proto-max-bulk-len)");
    return false;
}

/* STRLEN key */
static void cmd_strlen(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    const struct entry *entry;
    if (lookup_string(client, &key, &entry))
        reply_integer(client, (int64_t)entry_value_len(entry));
}

/* APPEND key value */
static void cmd_append(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[1]);
    struct slice value = request->argv[2];
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    size_t old_len = 0;
    /* As in Redis, a new value that spells an integer is kept as one. */
    if (entry == NULL) {
        keyspace_set(&key, value);
    } else {
        old_len = entry_value_len(entry);
        if (!check_length(client, (int64_t)old_len, value.len))
            return;
        char *bytes = keyspace_edit(&key, old_len + value.len);
        if (value.len > 0)
            memcpy(bytes + old_len, value.ptr, value.len);
    }
    keyspace_changed(&key, "$append", 1);
    reply_integer(client, (int64_t)(old_len + value.len));
}

/* Converts a position among len bytes that may count from the end into one that
 * counts from the start. */
static int64_t from_start(int64_t place, int64_t len) {
    if (place < 0)
        place += len;
    return place < 0 ? 0 : place;
}

/* Returns the bytes from first to last, both included, as far as the value
 * goes. As in Redis, a range that ends before the first byte is taken to end
 * there, unless both ends count from the end and are in the wrong order. */
static struct slice cut(struct slice value, int64_t first, int64_t last) {
    int64_t len = (int64_t)value.len;
    if (first < 0 && last < 0 && first > last)
        return (struct slice){0};
    first = from_start(first, len);
    last = from_start(last, len);
    if (last >= len)
        last = len - 1;
    if (first > last)
        return (struct slice){0};
    return (struct slice){value.ptr + first, (size_t)(last - first) + 1};
}

/* GETRANGE key start end */
static void cmd_getrange(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    int64_t first, last;
    if (!argument_i64(client, argv[2], &first) ||
        !argument_i64(client, argv[3], &last))
        return;
    struct key key = keyspace_key(client, argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    char scratch[NUMBER_I64_MAX_TEXT];
    reply_slice(client, cut(entry_value(entry, scratch), first, last));
}

/* SETRANGE key offset value */
static void cmd_setrange(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct slice value = argv[3];
    int64_t offset;
    if (!argument_i64(client, argv[2], &offset))
        return;
    if (offset < 0) {
        reply_error(client, "ERR offset is out of range");
        return;
    }
    struct key key = keyspace_key(client, argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    size_t len = entry_value_len(entry);
    /* Without bytes to write nothing changes, whatever the offset. */
    if (value.len > 0) {
        if (!check_length(client, offset, value.len))
            return;
        size_t end = (size_t)offset + value.len;
        if (len < end)
            len = end; /* keyspace_edit() puts zeros into the gap */
        memcpy(keyspace_edit(&key, len) + offset, value.ptr, value.len);
        keyspace_changed(&key, "$setrange", 1);
    }
    reply_integer(client, (int64_t)len);
}

const struct command string_commands[] = {
    {"get", cmd_get, 2, CMD_READONLY | CMD_FAST},
    {"getdel", cmd_getdel, 2, CMD_WRITE | CMD_FAST},
    {"mget", cmd_mget, -2, CMD_READONLY | CMD_FAST},
    {"mset", cmd_mset, -3, CMD_WRITE | CMD_DENYOOM},
    {"msetnx", cmd_msetnx, -3, CMD_WRITE | CMD_DENYOOM},
    {"strlen", cmd_strlen, 2, CMD_READONLY | CMD_FAST},
    {"append", cmd_append, 3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"getrange", cmd_getrange, 4, CMD_READONLY},
    {"substr", cmd_getrange, 4, CMD_READONLY},
    {"setrange", cmd_setrange, 4, CMD_WRITE | CMD_DENYOOM},
    {0},
};
