/* DEBUG: what the tests of clients and servers look at and switch. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "argument_at_least.h"
#include "arguments.h"
#include "buf_slice.h"
#include "command.h"
#include "debug.h"
#include "debug_look.h"
#include "digest.h"
#include "expire.h"
#include "glob.h"
#include "keyspace.h"
#include "number.h"
#include "reply.h"

/* DEBUG LISTPACK key */
static void debug_listpack_of(struct client *client, struct request *request) {
    struct key key = keyspace_key(client, request->argv[2]);
    const struct entry *entry = keyspace_peek(&key);
    if (entry == NULL) {
        reply_error(client, "ERR no such key");
        return;
    }
    const uint8_t *lp = debug_listpack(entry);
    if (lp == NULL) {
        reply_error(client, "ERR Not a listpack encoded object.");
        return;
    }
    /* As in Redis, on the server's output: the reply only says so. */
    debug_print_listpack(lp);
    reply_simple(client, "Listpack structure printed on stdout");
}

/* The number at the beginning of a text, as strtod reads it; 0 if there is
 * none. A text longer than any number counts as none. */
static double leading_number(struct slice text) {
    char copy[64];
    if (text.len >= sizeof copy)
        return 0;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return strtod(copy, NULL);
}

/* DEBUG SLEEP seconds: it stops everybody, since one thread serves all. As in
 * Redis, a text that is no number is 0, and a time that no sleep can take is
 * none. */
static void debug_sleep(struct client *client, struct request *request) {
    double seconds = leading_number(request->argv[2]);
    if (seconds > 0 && seconds <= 1e9) {
        struct timespec left = {.tv_sec = (time_t)seconds};
        left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
        /* A signal ends the sleep early, since the server is to stop then. */
        (void)nanosleep(&left, NULL);
    }
    reply_ok(client);
}

/* DEBUG SET-ACTIVE-EXPIRE <0 | 1>: anything that is no number is 0 */
static void debug_set_active_expire(struct client *client,
                                    struct request *request) {
    double number = leading_number(request->argv[2]);
    /* Redis reads it by atoi(): -0.5 and 0.5 are 0. */
    (void)expire_set_active(number >= 1 || number <= -1);
    reply_ok(client);
}

/* DEBUG QUICKLIST-PACKED-THRESHOLD size: only checks the size, which must leave
 * a MiB below 4 GiB. In our lists an element that is longer than a block has a
 * block of its own, whatever the threshold is. */
static void debug_quicklist_threshold(struct client *client,
                                      struct request *request) {
    uint64_t bytes;
    struct slice size = request->argv[2];
    if (!parse_memory(size.ptr, size.len, &bytes) ||
        bytes > (1LL << 32) - (1 << 20))
        reply_error(client, "ERR argument must be a memory value bigger than "
                            "1 and smaller than 4gb");
    else
        reply_ok(client);
}

/* DEBUG STRINGMATCH-LEN pattern string: replies 1 if the string matches,
 * else 0 */
static void debug_stringmatch(struct client *client, struct request *request) {
    reply_integer(client,
                  glob_match(request->argv[2], request->argv[3], false));
}

/* DEBUG HTSTATS database */
static void debug_htstats(struct client *client, struct request *request) {
    int64_t number;
    if (!argument_i64(client, request->argv[2], &number))
        return;
    if (number < 0 || number >= keyspace_databases) {
        reply_error(client, "ERR Out of range database");
        return;
    }
    struct buf text = {0};
    debug_table(&text, keyspace_db((int)number));
    reply_verbatim(client, buf_bytes(&text), buf_len(&text));
    buf_free(&text);
}

/* Adds prefix:number with the value value:number, truncated or filled with zero
 * bytes to the given size, if any. A key that exists is left alone. */
static void populate_one(const struct client *client, struct slice prefix,
                         int64_t number, int64_t size) {
    char value[NUMBER_I64_MAX_TEXT + 8];
    struct buf name = {0}, filled = {0};
    buf_append(&name, prefix.ptr, prefix.len);
    size_t len = (size_t)snprintf(value, sizeof value, ":%" PRId64, number);
    buf_append(&name, value, len);
    struct key key = keyspace_key(client, buf_slice(&name));
    len = (size_t)snprintf(value, sizeof value, "value:%" PRId64, number);
    struct slice bytes = {value, len};
    if (size > 0) {
        char *room = buf_reserve(&filled, (size_t)size);
        memset(room, 0, (size_t)size);
        memcpy(room, value, len < (size_t)size ? len : (size_t)size);
        bytes = (struct slice){room, (size_t)size};
    }
    if (keyspace_peek(&key) == NULL) {
        keyspace_set(&key, bytes);
        /* As in Redis, nothing to be saved and no event. */
        keyspace_changed(&key, NULL, 0);
    }
    buf_free(&name);
    buf_free(&filled);
}

/* Refuses more keys than any machine can hold, as Redis does when it cannot
 * make room for all of them, and values that are too long. */
static bool may_populate(struct client *client, int64_t count, int64_t size) {
    const char *error = NULL;
    if (count > UINT32_MAX)
        error = "ERR OOM in dictTryExpand";
    else if (size > RESP_BULK_MAX)
        error = "ERR string exceeds maximum allowed size "
                "(proto-max-bulk-len)";
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

/* DEBUG POPULATE count [prefix [size]] */
static void debug_populate(struct client *client, struct request *request) {
    static char word[] = "key";
    const char *error = "ERR value is out of range, must be positive";
    struct slice prefix = {word, 3};
    int64_t count, size = 0;
    if (!argument_at_least(client, request->argv[2], 0, error, &count))
        return;
    if (request->argc > 3)
        prefix = request->argv[3];
    if (request->argc > 4 &&
        !argument_at_least(client, request->argv[4], 0, error, &size))
        return;
    if (!may_populate(client, count, size))
        return;
    for (int64_t i = 0; i < count; i++)
        populate_one(client, prefix, i, size);
    reply_ok(client);
}

static void reply_digest(struct client *client, const struct digest *digest) {
    char text[2 * SHA1_SIZE + 1];
    for (size_t i = 0; i < SHA1_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", digest->bytes[i]);
    reply_simple(client, text);
}

/* DEBUG DIGEST */
static void debug_digest(struct client *client, struct request *request) {
    (void)request;
    struct digest digest = digest_of_data();
    reply_digest(client, &digest);
}

/* DEBUG DIGEST-VALUE key [key ...] */
static void debug_digest_value(struct client *client, struct request *request) {
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++) {
        struct key key = keyspace_key(client, request->argv[i]);
        /* Not by keyspace_peek(), which would delete a key that is due. */
        void **place = dict_find(&key.db->dict, key.text, key.hash);
        struct digest digest = {0};
        if (place != NULL)
            digest = digest_of_value(*place);
        reply_digest(client, &digest);
    }
}

const struct debug_subcommand data_debugs[] = {
    {"digest", debug_digest, 2, 2, "DIGEST",
     "Answers a number that stands for all data."},
    {"digest-value", debug_digest_value, 2, SIZE_MAX,
     "DIGEST-VALUE [key [key ...]]",
     "Answers a number that stands for the value of each key."},
    {"htstats", debug_htstats, 3, 3, "HTSTATS dbid",
     "Tells of the hash table of a database."},
    {"listpack", debug_listpack_of, 3, 3, "LISTPACK key",
     "Prints what a packed value has, element by element, on the server."},
    {"populate", debug_populate, 3, 5, "POPULATE count [prefix [size]]",
     "Adds so many keys: prefix:0 and so on."},
    {"quicklist-packed-threshold", debug_quicklist_threshold, 3, 3,
     "QUICKLIST-PACKED-THRESHOLD size",
     "Checks a size from which Redis gives elements a node of their own."},
    {"set-active-expire", debug_set_active_expire, 3, 3,
     "SET-ACTIVE-EXPIRE <0 | 1>",
     "Switches off, or on, that expired keys go before anybody looks."},
    {"sleep", debug_sleep, 3, 3, "SLEEP seconds",
     "Lets the whole server do nothing for so long."},
    {"stringmatch-len", debug_stringmatch, 4, 4,
     "STRINGMATCH-LEN pattern string",
     "Answers whether a pattern fits a string."},
    {0},
};
