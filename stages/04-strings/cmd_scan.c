/* Commands that find keys: KEYS SCAN RANDOMKEY. */
#include "cmd_scan.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "command.h"
#include "glob.h"
#include "keyspace.h"
#include "random.h"
#include "xalloc.h"

/* A cursor is read as strtoull reads it, since Redis reads it so: it may have a
 * sign, which wraps around, an empty text is 0, and a NUL ends it. */
bool scan_cursor(struct client *client, struct slice text, uint64_t *cursor) {
    char *copy = xmalloc(text.len + 1), *end;
    snprintf(copy, text.len + 1, "%.*s", SLICE_WHOLE(text));
    errno = 0;
    *cursor = strtoull(copy, &end, 10);
    bool good = *end == '\0' && errno == 0 && !isspace((unsigned char)*copy);
    if (!good)
        reply_error(client, "ERR invalid cursor");
    free(copy);
    return good;
}

bool scan_options_parse(struct client *client, const struct slice *words,
                        size_t word_count, struct scan_options *options,
                        const struct slice **type) {
    int64_t count = 10;
    bool good = true;
    *options = (struct scan_options){{"*", 1}, 0};
    for (size_t i = 0; good && i < word_count; i += 2) {
        good = i + 1 < word_count; /* each option takes an argument */
        if (good && slice_is(words[i], "match")) {
            options->pattern = words[i + 1];
        } else if (good && type != NULL && slice_is(words[i], "type")) {
            *type = &words[i + 1];
        } else if (good && slice_is(words[i], "count")) {
            if (!argument_i64(client, words[i + 1], &count))
                return false;
            good = count >= 1; /* for Redis a syntax error */
        } else {
            good = false;
        }
    }
    if (!good)
        reply_syntax_error(client);
    options->count = (uint64_t)count;
    return good;
}

bool scan_options_fit(const struct scan_options *options,
                      struct slice element) {
    return glob_match(options->pattern, element, false);
}

void scan_reply_cursor(struct client *client, uint64_t cursor) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, cursor);
    reply_array(client, 2);
    reply_text(client, text);
}

/* A search for keys. It notes the addresses of the entries, which stay good
 * since nothing changes before the reply is given. */
struct search {
    struct scan_options options;
    const struct slice *type; /* as TYPE names it; NULL for any */
    uint64_t seen;            /* keys, wanted or not */
    struct buf found;         /* addresses of entries */
};

static bool fits(void *context, struct slice key) {
    struct search *search = context;
    search->seen++;
    return scan_options_fit(&search->options, key);
}

static void find(void *context, void *item) {
    struct search *search = context;
    const struct entry *entry = item;
    if (search->type == NULL ||
        slice_is(*search->type, stage_types[entry_type(entry)].name))
        buf_append(&search->found, &entry, sizeof entry);
}

static void find_fitting(void *context, void *item) {
    if (fits(context, entry_key(item)))
        find(context, item);
}

/* Replies with the keys that were found, and forgets them. */
static void reply_found(struct client *client, struct search *search) {
    size_t count = buf_len(&search->found) / sizeof(struct entry *);
    reply_array(client, count);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry;
        /* Copied, because a buffer's bytes need not be aligned. */
        memcpy(&entry, buf_bytes(&search->found) + i * sizeof entry,
               sizeof entry);
        reply_slice(client, entry_key(entry));
    }
    buf_free(&search->found);
}

/* KEYS pattern */
static void cmd_keys(struct client *client, struct request *request) {
    const struct db *db = keyspace_db(client->database);
    struct search search = {.options = {.pattern = request->argv[1]}};
    uint64_t cursor = 0;
    /* One command looks at all keys, and no client is served meanwhile: SCAN is
     * the way to do this on a large database. */
    do
        cursor = db_scan(db, cursor, find_fitting, &search);
    while (cursor != 0);
    reply_found(client, &search);
}

/* COUNT bounds what a call costs: the search goes on until it has seen that
 * many keys, wanted or not, or has made ten times as many steps, since buckets
 * may be empty. */
static uint64_t scan(struct db *db, uint64_t cursor, struct search *search) {
    uint64_t steps = 0, count = search->options.count;
    do
        cursor = db_search(db, cursor, fits, find, search);
    while (cursor != 0 && search->seen < count && ++steps / 10 < count);
    return cursor;
}

/* SCAN cursor [MATCH pattern] [COUNT count] [TYPE type] */
static void cmd_scan(struct client *client, struct request *request) {
    uint64_t cursor;
    struct search search = {0};
    if (!scan_cursor(client, request->argv[1], &cursor) ||
        !scan_options_parse(client, request->argv + 2, request->argc - 2,
                            &search.options, &search.type))
        return;
    cursor = scan(keyspace_db(client->database), cursor, &search);
    scan_reply_cursor(client, cursor);
    reply_found(client, &search);
}

/* RANDOMKEY */
static void cmd_randomkey(struct client *client, struct request *request) {
    (void)request;
    struct db *db = keyspace_db(client->database);
    const struct entry *entry = db_random(db, random_bits);
    if (entry != NULL)
        reply_slice(client, entry_key(entry));
    else
        reply_null(client);
}

const struct command scan_commands[] = {
    {"keys", cmd_keys, 2, CMD_READONLY},
    {"scan", cmd_scan, -2, CMD_READONLY | CMD_ANY_KEYS},
    {"randomkey", cmd_randomkey, 1, CMD_READONLY | CMD_ANY_KEYS},
    {0},
};
