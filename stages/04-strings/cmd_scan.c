/* Commands that find keys: KEYS SCAN RANDOMKEY. */
#include <inttypes.h>
#include <stdio.h>

#include "arguments.h"
#include "command.h"
#include "commands.h"
#include "glob.h"
#include "keyspace.h"

/* A look at keys, and those that were wanted. Their entries stay where they
 * are, since nothing changes before the reply is given. */
struct search {
    struct slice pattern;
    bool any;                 /* the pattern fits all keys */
    const struct slice *type; /* as TYPE names it; NULL for any */
    uint64_t seen;            /* keys, wanted or not */
    struct buf found;         /* addresses of entries */
};

static struct search search_for(struct slice pattern) {
    bool any = pattern.len == 1 && pattern.ptr[0] == '*';
    return (struct search){.pattern = pattern, .any = any};
}

static void visit(void *context, void *item) {
    struct search *search = context;
    const struct entry *entry = item;
    search->seen++;
    if (search->type != NULL &&
        !slice_is(*search->type, types[entry_type(entry)].name))
        return;
    if (search->any || glob_match(search->pattern, entry_key(entry), false))
        buf_append(&search->found, &entry, sizeof entry);
}

/* Gives the keys that were found, and forgets them. */
static void reply_found(struct client *client, struct search *search) {
    size_t count = buf_len(&search->found) / sizeof(struct entry *);
    reply_array(client, count);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry;
        memcpy(&entry, buf_bytes(&search->found) + i * sizeof entry,
               sizeof entry);
        reply_slice(client, entry_key(entry));
    }
    buf_free(&search->found);
}

/* KEYS pattern */
static void cmd_keys(struct client *client, struct request *request) {
    const struct db *db = keyspace_db(client->database);
    struct search search = search_for(request->argv[1]);
    uint64_t cursor = 0;
    do
        cursor = keyspace_scan(db, cursor, visit, &search);
    while (cursor != 0);
    reply_found(client, &search);
}

/* A cursor is any number of 64 bits, read as strtoul reads it, since that is
 * how Redis reads it: there may be a sign, which wraps around; nothing is 0; a
 * NUL ends it. */
static bool parse_cursor(struct slice text, uint64_t *out) {
    size_t i = 0, digits;
    bool minus = text.len > 0 && text.ptr[0] == '-';
    uint64_t value = 0;
    if (minus || (text.len > 0 && text.ptr[0] == '+'))
        i++;
    for (digits = i; i < text.len && text.ptr[i] != '\0'; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' ||
            __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'),
                                   &value))
            return false;
    }
    *out = minus ? 0 - value : value;
    return digits == 0 || i > digits;
}

struct scan_options {
    struct slice pattern;
    const struct slice *type;
    int64_t count;
};

/* Returns false after an error reply. */
static bool parse_scan(struct client *client, const struct request *request,
                       struct scan_options *options) {
    static char every[] = "*";
    const struct slice *argv = request->argv;
    *options = (struct scan_options){.pattern = {every, 1}, .count = 10};
    for (size_t i = 2; i < request->argc; i += 2) {
        bool has_value = i + 1 < request->argc;
        if (has_value && slice_is(argv[i], "match")) {
            options->pattern = argv[i + 1];
        } else if (has_value && slice_is(argv[i], "type")) {
            options->type = &argv[i + 1];
        } else if (has_value && slice_is(argv[i], "count")) {
            if (!argument_i64(client, argv[i + 1], &options->count))
                return false;
            if (options->count < 1) {
                reply_syntax_error(client);
                return false;
            }
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

/* Goes on until so many keys were seen, wanted or not, or ten times as many
 * steps were made: a call costs no more than its count allows. */
static uint64_t scan(const struct db *db, uint64_t cursor, uint64_t count,
                     struct search *search) {
    uint64_t steps = 0;
    do
        cursor = keyspace_scan(db, cursor, visit, search);
    while (cursor != 0 && search->seen < count && ++steps / 10 < count);
    return cursor;
}

/* SCAN cursor [MATCH pattern] [COUNT count] [TYPE type] */
static void cmd_scan(struct client *client, struct request *request) {
    uint64_t cursor;
    struct scan_options options;
    if (!parse_cursor(request->argv[1], &cursor)) {
        reply_error(client, "ERR invalid cursor");
        return;
    }
    if (!parse_scan(client, request, &options))
        return;
    struct search search = search_for(options.pattern);
    search.type = options.type;
    cursor = scan(keyspace_db(client->database), cursor,
                  (uint64_t)options.count, &search);
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, cursor);
    reply_array(client, 2);
    reply_text(client, text);
    reply_found(client, &search);
}

/* RANDOMKEY */
static void cmd_randomkey(struct client *client, struct request *request) {
    (void)request;
    struct db *db = keyspace_db(client->database);
    const struct entry *entry = keyspace_random(db);
    if (entry != NULL)
        reply_slice(client, entry_key(entry));
    else
        reply_null(client);
}

/* clang-format off */
const struct command scan_commands[] = {
    {"keys", cmd_keys, 2, CMD_READONLY | CMD_DANGEROUS,
     {{0}},
     "generic", "1.0.0", "O(N) where N is the number of keys",
     "Answers all keys that fit a pattern.",
     "pattern", NULL},
    {"scan", cmd_scan, -2, CMD_READONLY,
     {{0}},
     "generic", "2.8.0", "O(1) for each call, O(N) for all keys",
     "Answers some of the keys, and the cursor that asks for more.",
     "cursor [MATCH pattern] [COUNT count] [TYPE type]", NULL},
    {"randomkey", cmd_randomkey, 1, CMD_READONLY,
     {{0}},
     "generic", "1.0.0", "O(1)",
     "Answers one of the keys, by chance.",
     "", NULL},
    {0},
};
/* clang-format on */
