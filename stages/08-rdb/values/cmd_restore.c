/* RESTORE: makes a key from a serialized value. */
#include "arguments.h"
#include "command.h"
#include "crc64.h"
#include "debug.h"
#include "entry_expiry.h"
#include "key_time.h"
#include "keyspace.h"
#include "rdb_use.h"
#include "rdb_value.h"

enum {
    VERSION_SIZE = 2,
    SUM_SIZE = 8,
    FOOTER_SIZE = VERSION_SIZE + SUM_SIZE,
    FREQUENCY_MOST = 255
};

/* The options. */
struct restore {
    bool replace, absolute;
    int64_t ttl;
    struct rdb_use use;
};

static bool parse_between(struct client *client, struct slice argument,
                          int64_t most, const char *error, int64_t *out) {
    if (!argument_i64(client, argument, out))
        return false;
    if (*out >= 0 && *out <= most)
        return true;
    reply_error(client, error);
    return false;
}

/* Reads [REPLACE] [ABSTTL] [IDLETIME seconds | FREQ frequency]. Returns false
 * after an error reply. */
static bool parse_options(struct client *client, const struct request *request,
                          struct restore *restore) {
    const struct slice *argv = request->argv;
    *restore = (struct restore){.use = RDB_USE_UNTOLD};
    for (size_t i = 4; i < request->argc; i++) {
        bool more = i + 1 < request->argc;
        if (slice_is(argv[i], "replace")) {
            restore->replace = true;
        } else if (slice_is(argv[i], "absttl")) {
            restore->absolute = true;
        } else if (slice_is(argv[i], "idletime") && more &&
                   restore->use.frequency == -1) {
            if (!parse_between(client, argv[++i], INT64_MAX,
                               "ERR Invalid IDLETIME value, must be >= 0",
                               &restore->use.idle))
                return false;
        } else if (slice_is(argv[i], "freq") && more &&
                   restore->use.idle == -1) {
            if (!parse_between(
                    client, argv[++i], FREQUENCY_MOST,
                    "ERR Invalid FREQ value, must be >= 0 and <= 255",
                    &restore->use.frequency))
                return false;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

static bool skips_sums; /* DEBUG SET-SKIP-CHECKSUM-VALIDATION */

/* Checks the footer of a serialized value: the version of the format, and the
 * checksum of everything before the checksum. */
static bool is_whole(struct slice payload) {
    struct rdb_reader footer;
    uint64_t sum;
    const uint8_t *version;
    if (payload.len < FOOTER_SIZE)
        return false;
    size_t summed = payload.len - SUM_SIZE;
    rdb_reader_init(&footer, payload.ptr + payload.len - FOOTER_SIZE,
                    FOOTER_SIZE);
    if (!rdb_read(&footer, VERSION_SIZE, &version) ||
        !rdb_read_u64(&footer, &sum))
        return false;
    return (version[0] | version[1] << 8) <= RDB_VERSION_MOST &&
           (skips_sums || sum == crc64(0, payload.ptr, summed));
}

/* Returns the entry of a payload, allocated in the heap; NULL if the payload is
 * damaged, or if it is an empty collection, which no key can hold. */
static struct entry *read_payload(struct slice payload, struct heap *heap,
                                  struct slice key) {
    struct rdb_reader reader;
    unsigned type;
    rdb_reader_init(&reader, payload.ptr, payload.len - FOOTER_SIZE);
    if (!rdb_read_byte(&reader, &type))
        return NULL;
    struct entry *entry = rdb_read_value(&reader, type, heap, key);
    if (entry == NULL || reader.at == reader.len)
        return entry;
    /* Bytes are left over behind the value. */
    entry_free(heap, entry);
    return NULL;
}

/* Returns the key's expiry. A sum that is too large wraps around, so the key
 * has expired, as in Redis. */
static int64_t expiry_of(const struct restore *restore) {
    if (restore->ttl == 0)
        return NO_EXPIRY;
    if (restore->absolute)
        return restore->ttl;
    return (int64_t)((uint64_t)restore->ttl + (uint64_t)key_time_ms());
}

/* Adds the entry under the key, which does not exist. */
static void add(const struct key *key, struct entry *entry,
                const struct restore *restore, int64_t expiry) {
    entry = entry_set_expiry(keyspace_heap(), entry, expiry);
    keyspace_add(key, entry);
    rdb_use_begin(entry, &restore->use);
}

/* RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds]
 * [FREQ frequency] */
static void cmd_restore(struct client *client, struct request *request) {
    struct restore restore;
    if (!parse_options(client, request, &restore))
        return;
    struct key key = keyspace_key(client, request->argv[1]);
    if (!restore.replace && keyspace_use(client, &key) != NULL) {
        reply_error(client, "BUSYKEY Target key name already exists.");
        return;
    }
    if (!parse_between(client, request->argv[2], INT64_MAX,
                       "ERR Invalid TTL value, must be >= 0", &restore.ttl))
        return;
    if (!is_whole(request->argv[3])) {
        reply_error(client, "ERR DUMP payload version or checksum are wrong");
        return;
    }
    struct entry *entry =
        read_payload(request->argv[3], keyspace_heap(), key.text);
    if (entry == NULL) {
        reply_error(client, "ERR Bad data format");
        return;
    }
    int64_t expiry = expiry_of(&restore);
    /* Only now is the old key dropped: a damaged payload leaves it. It goes
     * even if the time of the new one is over, which is then not added. */
    bool over = db_is_past(expiry);
    bool changed = db_drop(&key) || !over;
    if (over)
        entry_free(keyspace_heap(), entry);
    else
        add(&key, entry, &restore, expiry);
    if (changed)
        keyspace_changed(&key, over ? "gdel" : "grestore", 1);
    reply_ok(client);
}

/* DEBUG SET-SKIP-CHECKSUM-VALIDATION <0 | 1>: with a wrong checksum, what a
 * fuzzer has made goes no further than that. */
static void debug_skip_sums(struct client *client, struct request *request) {
    int64_t number;
    struct slice word = request->argv[2];
    skips_sums = parse_i64(word.ptr, word.len, &number) && number != 0;
    reply_ok(client);
}

const struct debug_subcommand restore_debugs[] = {
    {"set-skip-checksum-validation", debug_skip_sums, 3, 3,
     "SET-SKIP-CHECKSUM-VALIDATION <0 | 1>",
     "Lets RESTORE take values whose checksum is wrong, or no longer."},
    {0},
};

const struct command restore_commands[] = {
    {"restore", cmd_restore, -4, CMD_WRITE | CMD_DENYOOM},
    {0},
};
