/* Commands that look at some of a hash's fields: HRANDFIELD HSCAN. */
#include <stdlib.h>

#include "arguments.h"
#include "cmd_scan.h"
#include "command.h"
#include "hash_key.h"
#include "packed_places.h"
#include "reply_wanted.h"
#include "scan_found.h"
#include "scan_sample.h"
#include "set.h"

/* Fields chosen at random, and the form in which they are returned. */
struct choice {
    struct client *client;
    bool with_values;
    struct scan_sample sample;
};

static void reply_head(const struct choice *choice, uint64_t count) {
    (choice->with_values ? reply_pairs : reply_array)(choice->client, count);
}

static void reply_field(const struct choice *choice, struct slice field,
                        struct slice value) {
    if (choice->with_values)
        reply_pair(choice->client);
    reply_slice(choice->client, field);
    if (choice->with_values)
        reply_slice(choice->client, value);
}

/* Any fields, the same one possibly more than once. */
static void reply_repeated(const struct choice *choice, const struct hash *hash,
                           uint64_t count) {
    const uint8_t *lp = hash_listpack(hash);
    size_t size = hash_size(hash);
    uint8_t **places =
        lp != NULL && count > 1 ? packed_places(lp, 2, size) : NULL;
    reply_head(choice, count);
    for (uint64_t i = 0; i < count && reply_wanted(choice->client); i++) {
        struct hash_pair pair;
        if (places == NULL)
            hash_random(hash, &pair);
        else
            hash_read_pair(places[random_bits() % size], &pair);
        reply_field(choice, pair.field, pair.value);
    }
    free(places);
}

/* Different fields, drawn until there are enough: fewer than a third of them,
 * so that few draws are in vain. They are noted in a set, as nothing else tells
 * that a field has been drawn. */
static void reply_drawn(const struct choice *choice, struct heap *heap,
                        const struct hash *hash, uint64_t count) {
    struct set *drawn = set_new(heap);
    while (set_size(drawn) < count) {
        struct hash_pair pair;
        hash_random(hash, &pair);
        if (set_add(heap, &drawn, pair.field))
            reply_field(choice, pair.field, pair.value);
    }
    set_free(heap, drawn);
}

static void visit_choice(void *context, struct slice field,
                         struct slice value) {
    struct choice *choice = context;
    if (scan_sample_takes(&choice->sample))
        reply_field(choice, field, value);
}

/* Different fields; all of them if there are no more than asked for. */
static void reply_different(struct choice *choice, const struct hash_key *at,
                            uint64_t count) {
    uint64_t size = hash_size(at->hash), cursor = 0;
    if (count > size)
        count = size;
    reply_head(choice, count);
    /* In a packed block each draw is a walk, and one is enough. */
    if (hash_listpack(at->hash) == NULL && scan_sample_draws(count, size)) {
        reply_drawn(choice, keyspace_heap(), at->hash, count);
        return;
    }
    choice->sample = (struct scan_sample){size, count};
    do
        cursor = hash_scan(at->hash, cursor, visit_choice, choice);
    while (cursor != 0);
}

/* Reads the number of fields, and WITHVALUES. Returns false after the error
 * reply. */
static bool parse_count(struct client *client, const struct request *request,
                        int64_t *count, bool *with_values) {
    const struct slice *argv = request->argv;
    if (!argument_i64(client, argv[2], count))
        return false;
    /* The order of the errors is that of Redis. */
    *with_values = request->argc > 3;
    if (*count == INT64_MIN)
        reply_error(client, "ERR value is out of range, value must between "
                            "-9223372036854775807 and 9223372036854775807");
    else if (request->argc > 4 ||
             (*with_values && !slice_is(argv[3], "withvalues")))
        reply_syntax_error(client);
    /* Fields and values together must be countable, too. */
    else if (*with_values &&
             (*count < -(INT64_MAX / 2) || *count > INT64_MAX / 2))
        reply_error(client, "ERR value is out of range");
    else
        return true;
    return false;
}

static void random_one(struct client *client, struct slice name) {
    struct hash_key at;
    struct hash_pair pair;
    if (!hash_key_find(client, name, &at))
        return;
    if (at.hash == NULL) {
        reply_null(client);
        return;
    }
    hash_random(at.hash, &pair);
    reply_slice(client, pair.field);
}

/* HRANDFIELD key [count [WITHVALUES]] */
static void cmd_hrandfield(struct client *client, struct request *request) {
    struct choice choice = {.client = client};
    struct hash_key at;
    int64_t count;
    if (request->argc == 2) {
        random_one(client, request->argv[1]);
        return;
    }
    if (!parse_count(client, request, &count, &choice.with_values) ||
        !hash_key_find(client, request->argv[1], &at))
        return;
    if (at.hash == NULL || count == 0)
        reply_array(client, 0);
    else if (count < 0)
        reply_repeated(&choice, at.hash, 0 - (uint64_t)count);
    else
        reply_different(&choice, &at, (uint64_t)count);
}

struct search {
    struct scan_options options;
    uint64_t seen; /* fields visited, whether they match or not */
    struct scan_found found;
};

static void visit_search(void *context, struct slice field,
                         struct slice value) {
    struct search *search = context;
    search->seen++;
    if (!scan_options_fit(&search->options, field))
        return;
    scan_found_add(&search->found, field);
    scan_found_add(&search->found, value);
}

/* HSCAN key cursor [MATCH pattern] [COUNT count] */
static void cmd_hscan(struct client *client, struct request *request) {
    struct search search = {0};
    struct hash_key at;
    uint64_t cursor, steps = 0;
    if (!scan_cursor(client, request->argv[2], &cursor) ||
        !hash_key_find(client, request->argv[1], &at))
        return;
    /* As in Redis, the options of a missing key are not read. */
    if (at.hash != NULL &&
        !scan_options_parse(client, request->argv + 3, request->argc - 3,
                            &search.options, NULL))
        return;
    if (at.hash == NULL)
        cursor = 0;
    else
        do
            cursor = hash_scan(at.hash, cursor, visit_search, &search);
        /* A bucket may be empty: after ten times as many as were asked for, the
         * client gets what there is. */
        while (cursor != 0 && search.seen < search.options.count &&
               ++steps / 10 < search.options.count);
    scan_reply_cursor(client, cursor);
    scan_found_reply(client, &search.found, reply_array);
}

const struct command hash_look_commands[] = {
    {"hrandfield", cmd_hrandfield, -2, CMD_READONLY},
    {"hscan", cmd_hscan, -3, CMD_READONLY},
    {0},
};
