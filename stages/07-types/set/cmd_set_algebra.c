/* Several sets: what they have in common, together, or one and no other. */
#include <stdlib.h>

#include "argument_at_least.h"
#include "command.h"
#include "scan_found.h"
#include "set_key.h"
#include "xalloc.h"

/* The sets that a command names, in its order; NULL for none. */
struct operands {
    size_t count;
    bool missing; /* one of them is not there */
    struct heap *heap;
    const struct set **sets;
};

/* Returns false after an error reply. Else operands_free() is due. */
static bool operands_find(struct client *client, const struct slice *names,
                          size_t count, struct operands *operands) {
    *operands = (struct operands){.count = count};
    operands->sets = xmalloc(count * sizeof(struct set *));
    for (size_t i = 0; i < count; i++) {
        struct set_key at;
        if (!set_key_find(client, names[i], &at)) {
            free(operands->sets);
            return false;
        }
        operands->sets[i] = at.set;
        operands->heap = &at.key.key.db->heap;
        operands->missing |= at.set == NULL;
    }
    return true;
}

static void operands_free(struct operands *operands) {
    free(operands->sets);
}

/* Where the members that an operation finds go: into a set, or to where they
 * wait for the reply, or they are but counted. */
struct result {
    struct heap *heap;
    struct set *set;
    struct scan_found *found;
    uint64_t count, most; /* no more are wanted */
};

static void result_add(struct result *result, struct slice member) {
    if (result->set != NULL)
        set_add(result->heap, &result->set, member);
    else if (result->found != NULL)
        scan_found_add(result->found, member);
    result->count++;
}

/* The members of one set, of which some others are looked at for each. */
struct pass {
    const struct set **others;
    size_t other_count;
    bool wanted; /* what is in all of them, or else what is in none */
    struct result *result;
};

static void visit_pass(void *context, struct slice member) {
    const struct pass *pass = context;
    struct result *result = pass->result;
    if (result->count == result->most)
        return;
    for (size_t i = 0; i < pass->other_count; i++)
        if (pass->others[i] != NULL &&
            set_has(pass->others[i], member) != pass->wanted)
            return;
    result_add(result, member);
}

static void run_pass(const struct set *set, const struct pass *pass) {
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, visit_pass, (void *)pass);
    while (cursor != 0 && pass->result->count < pass->result->most);
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

/* O(N * M) for M sets of which the smallest has N members: for these the others
 * are asked, the smallest first, since it is the likeliest to have none. */
static void intersect(const struct operands *operands, struct result *result) {
    if (operands->missing)
        return;
    qsort(operands->sets, operands->count, sizeof *operands->sets,
          smaller_first);
    struct pass pass = {operands->sets + 1, operands->count - 1, true, result};
    run_pass(operands->sets[0], &pass);
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
    for (size_t i = 0; i < operands->count; i++)
        each_member(operands->sets[i], result, visit_union);
}

/* Two ways to the members of the first set that no other has:
 *
 *     asking    all others for each of them, the largest first, since it is the
 *               likeliest to have it: O(N * M) for M sets, N members of the
 *               first; half of that is taken for the cost
 *     removing  the members of all others from a copy of it: O(N) for N members
 *               of all sets together */
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
    if (operands->sets[0] == NULL)
        return;
    if (asking_costs_less(operands)) {
        struct pass pass = {others, other_count, false, result};
        qsort(others, other_count, sizeof *others, larger_first);
        run_pass(operands->sets[0], &pass);
        return;
    }
    each_member(operands->sets[0], result, visit_union);
    for (size_t i = 0; i < other_count && set_size(result->set) > 0; i++)
        each_member(others[i], result, visit_without);
}

typedef void operation(const struct operands *operands, struct result *result);

/* Answers what the operation makes of the sets at all keys of the request. */
static void answer(struct client *client, const struct request *request,
                   operation *run) {
    struct operands operands;
    if (!operands_find(client, request->argv + 1, request->argc - 1, &operands))
        return;
    struct result result = {.heap = operands.heap, .most = UINT64_MAX};
    result.set = set_new(result.heap);
    run(&operands, &result);
    set_key_reply(client, result.set);
    set_free(result.heap, result.set);
    operands_free(&operands);
}

/* Puts it at the first key, and answers how many members that has. */
static void store(struct client *client, const struct request *request,
                  operation *run, const char *event) {
    const struct slice *argv = request->argv;
    struct operands operands;
    if (!operands_find(client, argv + 2, request->argc - 2, &operands))
        return;
    struct result result = {.heap = operands.heap, .most = UINT64_MAX};
    result.set = set_new(result.heap);
    run(&operands, &result);
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
    store(client, request, intersect, "ssinterstore");
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

/* Reads numkeys, and the LIMITs behind the keys; 0 is none. Returns false after
 * an error reply. */
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
