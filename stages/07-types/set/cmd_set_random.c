/* Random members: SRANDMEMBER SPOP. */
#include <stdlib.h>

#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "packed_places.h"
#include "reply_wanted.h"
#include "scan_sample.h"
#include "set_key.h"

/* A random choice among all members, made one after the other. */
struct choice {
    struct client *client;
    struct scan_sample sample;
};

static void visit_choice(void *context, struct slice member) {
    struct choice *choice = context;
    if (scan_sample_takes(&choice->sample))
        reply_slice(choice->client, member);
}

/* Any members, the same one possibly more than once. */
static void reply_repeated(struct client *client, const struct set *set,
                           uint64_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    const uint8_t *lp = set_listpack(set);
    size_t size = set_size(set);
    uint8_t **places =
        lp != NULL && count > 1 ? packed_places(lp, 1, size) : NULL;
    reply_array(client, count);
    for (uint64_t i = 0; i < count && reply_wanted(client); i++)
        reply_slice(client,
                    places == NULL
                        ? set_random(set, scratch)
                        : listpack_text(places[random_bits() % size], scratch));
    free(places);
}

/* Different members, drawn until there are enough: fewer than a third of them,
 * so that few draws are in vain. */
static void reply_drawn(struct client *client, struct heap *heap,
                        const struct set *set, uint64_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct set *drawn = set_new(heap);
    while (set_size(drawn) < count) {
        struct slice member = set_random(set, scratch);
        if (set_add(heap, &drawn, member))
            reply_slice(client, member);
    }
    set_free(heap, drawn);
}

/* Different members; all of them if there are no more than asked for. */
static void reply_different(struct client *client, const struct set_key *at,
                            uint64_t count) {
    uint64_t size = set_size(at->set), cursor = 0;
    if (count > size)
        count = size;
    reply_array(client, count);
    /* In a packed block each draw is a walk, and one is enough. */
    if (set_listpack(at->set) == NULL && scan_sample_draws(count, size)) {
        reply_drawn(client, keyspace_heap(), at->set, count);
        return;
    }
    /* Many of few: one pass costs less than drawing, and takes no memory. */
    struct choice choice = {client, {size, count}};
    do
        cursor = set_scan(at->set, cursor, visit_choice, &choice);
    while (cursor != 0);
}

static void random_one(struct client *client, struct slice name) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct set_key at;
    if (!set_key_find(client, name, &at))
        return;
    if (at.set != NULL)
        reply_slice(client, set_random(at.set, scratch));
    else
        reply_null(client);
}

/* SRANDMEMBER key [count] */
static void cmd_srandmember(struct client *client, struct request *request) {
    struct set_key at;
    int64_t count;
    if (request->argc == 2) {
        random_one(client, request->argv[1]);
        return;
    }
    if (request->argc > 3) {
        reply_syntax_error(client);
        return;
    }
    if (!argument_i64(client, request->argv[2], &count))
        return;
    /* It has no positive counterpart. Redis names the bounds. */
    if (count == INT64_MIN) {
        reply_error(client, "ERR value is out of range, value must between "
                            "-9223372036854775807 and 9223372036854775807");
        return;
    }
    if (!set_key_find(client, request->argv[1], &at))
        return;
    if (at.set == NULL || count == 0)
        reply_array(client, 0);
    else if (count < 0)
        reply_repeated(client, at.set, 0 - (uint64_t)count);
    else
        reply_different(client, &at, (uint64_t)count);
}

/* Removes members one after the other. */
static void pop_some(struct client *client, struct set_key *at,
                     uint64_t count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    for (uint64_t i = 0; i < count; i++) {
        struct slice member = set_random(at->set, scratch);
        reply_slice(client, member);
        /* The member was drawn from this set, so it is there; its bytes may be
         * part of it, so it was sent first. */
        set_key_remove(at, member);
    }
}

static bool goes(void *context, struct slice member) {
    struct choice *choice = context;
    bool taken = scan_sample_takes(&choice->sample);
    if (taken)
        reply_slice(choice->client, member);
    return taken;
}

static void pop_packed(struct client *client, struct set_key *at,
                       uint64_t count) {
    struct choice choice = {client, {set_size(at->set), count}};
    set_filter_packed(keyspace_heap(), &at->set, goes, &choice);
}

static void visit_member(void *context, struct slice member) {
    reply_slice(context, member);
}

/* Removes all members but a few, which are chosen and put into a set of their
 * own. */
static void pop_most(struct client *client, struct set_key *at,
                     uint64_t keep_count) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct heap *heap = keyspace_heap();
    struct set *keep = set_new_from(heap, at->set);
    uint64_t cursor = 0;
    for (uint64_t i = 0; i < keep_count; i++) {
        struct slice member = set_random(at->set, scratch);
        set_add(heap, &keep, member);
        set_key_remove(at, member);
    }
    /* The others go, and the set that is left with them is freed whole. */
    do
        cursor = set_scan(at->set, cursor, visit_member, client);
    while (cursor != 0);
    set_free(heap, at->set);
    at->set = keep;
}

static void pop_count(struct client *client, const struct request *request) {
    struct set_key at;
    int64_t count;
    if (!argument_at_least(client, request->argv[2], 0,
                           "ERR value is out of range, must be positive",
                           &count) ||
        !set_key_find(client, request->argv[1], &at))
        return;
    uint64_t size = at.set != NULL ? set_size(at.set) : 0;
    uint64_t wanted = (uint64_t)count < size ? (uint64_t)count : size;
    /* A missing key gives an empty set, and no null as without a count. */
    reply_set(client, wanted);
    if (wanted == 0)
        return;
    /* In a packed block each draw would be a walk, so all go in one. Else, if
     * far fewer members stay than go, choose those that stay; five times is
     * where Redis changes over. */
    if (set_listpack(at.set) != NULL)
        pop_packed(client, &at, wanted);
    else if ((size - wanted) * 5 <= wanted)
        pop_most(client, &at, size - wanted);
    else
        pop_some(client, &at, wanted);
    set_key_changed(&at, "sspop", wanted);
}

/* SPOP key [count] */
static void cmd_spop(struct client *client, struct request *request) {
    struct set_key at;
    if (request->argc > 3) {
        reply_syntax_error(client);
        return;
    }
    if (request->argc == 3) {
        pop_count(client, request);
        return;
    }
    if (!set_key_find(client, request->argv[1], &at))
        return;
    if (at.set == NULL) {
        reply_null(client);
        return;
    }
    pop_some(client, &at, 1);
    set_key_changed(&at, "sspop", 1);
}

const struct command sets_random_commands[] = {
    {"srandmember", cmd_srandmember, -2, CMD_READONLY},
    {"spop", cmd_spop, -2, CMD_WRITE | CMD_FAST},
    {0},
};
