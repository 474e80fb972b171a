/* Operations on several sets: intersection, union and difference. */
#include <stdlib.h>

#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "intset.h"
#include "scan_found.h"
#include "set_key.h"
#include "set_search.h"
#include "xalloc.h"

/* The sets that a command names, in its order; NULL for a missing key. */
struct operands {
    size_t count;
    bool missing; /* at least one of them does not exist */
    const struct set **sets;
};

/* Returns false after the error reply; otherwise call operands_free() in the
 * end. */
static bool operands_find(struct client *client, const struct slice *names,
                          size_t count, struct operands *operands) {
    *operands = (struct operands){.count = count};
    operands->sets = xmalloc(count * sizeof(struct set *));
    for (size_t i = 0; i < count; i++) {
        struct set_key at;
        /* All keys are looked at, even after a missing one: one that is no set
         * is an error, as in Redis. */
        if (!set_key_find(client, names[i], &at)) {
            free(operands->sets);
            return false;
        }
        operands->sets[i] = at.set;
        operands->missing |= at.set == NULL;
    }
    return true;
}

static void operands_free(struct operands *operands) {
    free(operands->sets);
}

/* The destination of the members that an operation finds, each of them once: a
 * set, a list for the reply, or only a counter. */
struct result {
    struct heap *heap;
    struct set *set;
    struct scan_found *found;
    uint64_t count, most; /* the operation may stop */
};

static void result_add(struct result *result, struct slice member) {
    if (result->set != NULL)
        set_put(result->heap, &result->set, member);
    else if (result->found != NULL)
        scan_found_add(result->found, member);
    result->count++;
}

/* A pass over the members of the first set, which looks each up in all others.
 */
struct pass {
    struct set_search *others;
    size_t other_count;
    bool wanted; /* take the members that all others have, or else those that
                    none has */
    struct result *result;
};

static void visit_pass(void *context, struct slice member) {
    const struct pass *pass = context;
    struct result *result = pass->result;
    /* One step of a scan visits several members, even if enough were found. */
    if (result->count == result->most)
        return;
    for (size_t i = 0; i < pass->other_count; i++)
        if (set_search_has(&pass->others[i], member) != pass->wanted)
            return;
    result_add(result, member);
}

static void run_pass(const struct operands *operands, bool wanted,
                     struct result *result) {
    size_t count = operands->count - 1;
    struct set_search *others = xmalloc(count * sizeof *others);
    struct pass pass = {others, count, wanted, result};
    uint64_t cursor = 0;
    for (size_t i = 0; i < count; i++)
        others[i] = set_search_begin(operands->sets[i + 1]);
    do
        cursor = set_scan(operands->sets[0], cursor, visit_pass, &pass);
    while (cursor != 0 && result->count < result->most);
    for (size_t i = 0; i < count; i++)
        set_search_end(&others[i]);
    free(others);
}

static size_t size_of(const struct set *set) {
    return set != NULL ? set_size(set) : 0;
}

static int smaller_first(const void *a, const void *b) {
    size_t x = size_of(*(const struct set *const *)a);
    size_t y = size_of(*(const struct set *const *)b);
    return x < y ? -1 : x > y;
}

static int larger_first(const void *a, const void *b) {
    return smaller_first(b, a);
}

static bool are_intsets(const struct operands *operands) {
    for (size_t i = 0; i < operands->count; i++)
        if (set_intset(operands->sets[i]) == NULL)
            return false;
    return true;
}

/* The members of the first set that all others have. Intsets are in order, so
 * the search in each goes on from where the last one ended, and only what is
 * found becomes text. */
static void intersect_intsets(const struct operands *operands,
                              struct result *result) {
    const struct intset *first = set_intset(operands->sets[0]);
    size_t size = intset_count(first);
    size_t *places = xcalloc(operands->count, sizeof *places);
    for (size_t i = 0; i < size && result->count < result->most; i++) {
        char text[NUMBER_I64_MAX_TEXT];
        int64_t value = intset_at(first, i);
        size_t at = 1;
        while (at < operands->count &&
               intset_seek(set_intset(operands->sets[at]), value, &places[at]))
            at++;
        if (at == operands->count)
            result_add(result, (struct slice){text, format_i64(text, value)});
    }
    free(places);
}

/* O(N * M) for M sets of which the smallest has N members. Each of its members
 * is looked up in the others, the smallest of them first, since that is the
 * most likely not to have it. */
static void intersect(const struct operands *operands, struct result *result) {
    if (operands->missing)
        return;
    qsort(operands->sets, operands->count, sizeof *operands->sets,
          smaller_first);
    if (are_intsets(operands)) {
        intersect_intsets(operands, result);
        return;
    }
    run_pass(operands, true, result);
}

static void visit_copied(void *context, struct slice member) {
    struct result *result = context;
    set_put(result->heap, &result->set, member);
}

static void visit_union(void *context, struct slice member) {
    struct result *result = context;
    set_add(result->heap, &result->set, member);
}

static void visit_without(void *context, struct slice member) {
    struct result *result = context;
    set_remove(result->heap, &result->set, member);
}

static void each_member(const struct set *set, struct result *result,
                        void (*visit)(void *context, struct slice member)) {
    uint64_t cursor = 0;
    if (set == NULL)
        return;
    do
        cursor = set_scan(set, cursor, visit, result);
    while (cursor != 0);
}

/* O(N) for N members of all sets together. The result is a set. */
static void unite(const struct operands *operands, struct result *result) {
    each_member(operands->sets[0], result, visit_copied);
    for (size_t i = 1; i < operands->count; i++)
        each_member(operands->sets[i], result, visit_union);
}

/* There are two ways to find the members of the first set that no other has:
 *
 *     asking    looks each of them up in all others, the largest first, since
 *               it is the likeliest to have it: O(N * M) for M sets and N
 *               members of the first; half of that is taken as the cost
 *     removing  deletes the members of all others from a copy of the first:
 *               O(N) for N members of all sets together */
static bool asking_costs_less(const struct operands *operands) {
    size_t asking = 0, removing = 0;
    for (size_t i = 0; i < operands->count; i++) {
        if (operands->sets[i] == NULL)
            continue;
        asking += size_of(operands->sets[0]);
        removing += size_of(operands->sets[i]);
    }
    return asking / 2 <= removing;
}

static void subtract(const struct operands *operands, struct result *result) {
    const struct set **others = operands->sets + 1;
    size_t other_count = operands->count - 1;
    for (size_t i = 0; i < other_count; i++)
        if (others[i] == operands->sets[0])
            return; /* the same key twice, or both are missing */
    if (operands->sets[0] == NULL)
        return;
    if (asking_costs_less(operands)) {
        qsort(others, other_count, sizeof *others, larger_first);
        run_pass(operands, false, result);
        return;
    }
    /* The operands belong to their keys: the members are removed from a
     * copy. */
    each_member(operands->sets[0], result, visit_copied);
    for (size_t i = 0; i < other_count && set_size(result->set) > 0; i++)
        each_member(others[i], result, visit_without);
}

/* Intersects sets for a result that is stored. As in Redis it becomes an intset
 * at the end only, unless the smallest set is one: an intset that grows too
 * large becomes a table, though a block may hold as many. */
static void intersect_into_set(const struct operands *operands,
                               struct result *result) {
    if (operands->missing)
        return;
    const struct set *smallest = operands->sets[0];
    for (size_t i = 1; i < operands->count; i++)
        if (set_size(operands->sets[i]) < set_size(smallest))
            smallest = operands->sets[i];
    set_free(result->heap, result->set);
    result->set = set_new_from(result->heap, smallest);
    intersect(operands, result);
    set_settle(result->heap, &result->set);
}

typedef void operation(const struct operands *operands, struct result *result);

/* Replies with the result of the operation on the sets at all keys. */
static void answer(struct client *client, const struct request *request,
                   operation *run) {
    struct operands operands;
    if (!operands_find(client, request->argv + 1, request->argc - 1, &operands))
        return;
    struct result result = {.heap = keyspace_heap(), .most = UINT64_MAX};
    result.set = set_new(result.heap);
    run(&operands, &result);
    set_key_reply(client, result.set);
    set_free(result.heap, result.set);
    operands_free(&operands);
}

/* Stores the result at the first key and replies with its size. */
static void store(struct client *client, const struct request *request,
                  operation *run, const char *event) {
    const struct slice *argv = request->argv;
    struct operands operands;
    if (!operands_find(client, argv + 2, request->argc - 2, &operands))
        return;
    struct result result = {.heap = keyspace_heap(), .most = UINT64_MAX};
    result.set = set_new(result.heap);
    run(&operands, &result);
    /* The destination may be one of the operands, so they are used up first;
     * and the size is taken before the key gets the set. */
    operands_free(&operands);
    size_t size = set_size(result.set);
    set_key_store(client, argv[1], result.set, event);
    reply_integer(client, (int64_t)size);
}

/* SINTER key [key ...] */
static void cmd_sinter(struct client *client, struct request *request) {
    struct operands operands;
    struct scan_found found = {0};
    struct result result = {.found = &found, .most = UINT64_MAX};
    if (!operands_find(client, request->argv + 1, request->argc - 1, &operands))
        return;
    intersect(&operands, &result);
    scan_found_reply(client, &found, reply_set);
    operands_free(&operands);
}

/* SINTERSTORE destination key [key ...] */
static void cmd_sinterstore(struct client *client, struct request *request) {
    store(client, request, intersect_into_set, "ssinterstore");
}

/* SUNION key [key ...] */
static void cmd_sunion(struct client *client, struct request *request) {
    answer(client, request, unite);
}

/* SUNIONSTORE destination key [key ...] */
static void cmd_sunionstore(struct client *client, struct request *request) {
    store(client, request, unite, "ssunionstore");
}

/* SDIFF key [key ...] */
static void cmd_sdiff(struct client *client, struct request *request) {
    answer(client, request, subtract);
}

/* SDIFFSTORE destination key [key ...] */
static void cmd_sdiffstore(struct client *client, struct request *request) {
    store(client, request, subtract, "ssdiffstore");
}

/* Reads numkeys, and LIMIT behind the keys; 0 means no limit. Returns false
 * after the error reply. */
static bool parse_card(struct client *client, const struct request *request,
                       size_t *keys, uint64_t *limit) {
    const struct slice *argv = request->argv;
    int64_t count, most = 0;
    if (!argument_at_least(client, argv[1], 1,
                           "ERR numkeys should be greater than 0", &count))
        return false;
    if ((uint64_t)count > request->argc - 2) {
        reply_error(client,
                    "ERR Number of keys can't be greater than number of args");
        return false;
    }
    *keys = (size_t)count;
    for (size_t i = 2 + *keys; i < request->argc; i += 2) {
        if (!slice_is(argv[i], "limit") || i + 1 == request->argc) {
            reply_syntax_error(client);
            return false;
        }
        if (!argument_at_least(client, argv[i + 1], 0,
                               "ERR LIMIT can't be negative", &most))
            return false;
    }
    *limit = (uint64_t)most;
    return true;
}

/* SINTERCARD numkeys key [key ...] [LIMIT limit] */
static void cmd_sintercard(struct client *client, struct request *request) {
    struct operands operands;
    struct result result = {0};
    size_t keys;
    if (!parse_card(client, request, &keys, &result.most) ||
        !operands_find(client, request->argv + 2, keys, &operands))
        return;
    if (result.most == 0)
        result.most = UINT64_MAX;
    intersect(&operands, &result);
    reply_integer(client, (int64_t)result.count);
    operands_free(&operands);
}

const struct command sets_algebra_commands[] = {
    {"sinter", cmd_sinter, -2, CMD_READONLY},
    {"sinterstore", cmd_sinterstore, -3, CMD_WRITE | CMD_DENYOOM},
    {"sintercard", cmd_sintercard, -3, CMD_READONLY},
    {"sunion", cmd_sunion, -2, CMD_READONLY},
    {"sunionstore", cmd_sunionstore, -3, CMD_WRITE | CMD_DENYOOM},
    {"sdiff", cmd_sdiff, -2, CMD_READONLY},
    {"sdiffstore", cmd_sdiffstore, -3, CMD_WRITE | CMD_DENYOOM},
    {0},
};
