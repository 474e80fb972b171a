/* Commands on the members of one set, and SMOVE. */
#include "cmd_scan.h"
#include "command.h"
#include "entry_object.h"
#include "scan_found.h"
#include "set_key.h"
#include "set_search.h"

/* SADD key member [member ...] */
static void cmd_sadd(struct client *client, struct request *request) {
    struct set_key at;
    if (!set_key_find(client, request->argv[1], &at))
        return;
    size_t added = set_key_add(&at, request->argv + 2, request->argc - 2);
    reply_integer(client, (int64_t)added);
}

/* SREM key member [member ...] */
static void cmd_srem(struct client *client, struct request *request) {
    struct set_key at;
    int64_t removed = 0;
    if (!set_key_find(client, request->argv[1], &at))
        return;
    for (size_t i = 2; at.set != NULL && i < request->argc; i++)
        removed += set_key_remove(&at, request->argv[i]);
    if (removed > 0)
        set_key_changed(&at, "ssrem", (uint64_t)removed);
    reply_integer(client, removed);
}

/* SCARD key */
static void cmd_scard(struct client *client, struct request *request) {
    struct set_key at;
    if (set_key_find(client, request->argv[1], &at))
        reply_integer(client, at.set != NULL ? (int64_t)set_size(at.set) : 0);
}

static bool has(const struct set_key *at, struct slice member) {
    return at->set != NULL && set_has(at->set, member);
}

/* SISMEMBER key member */
static void cmd_sismember(struct client *client, struct request *request) {
    struct set_key at;
    if (set_key_find(client, request->argv[1], &at))
        reply_integer(client, has(&at, request->argv[2]));
}

/* SMISMEMBER key member [member ...] */
static void cmd_smismember(struct client *client, struct request *request) {
    struct set_key at;
    if (!set_key_find(client, request->argv[1], &at))
        return;
    struct set_search search = set_search_begin(at.set);
    reply_array(client, request->argc - 2);
    for (size_t i = 2; i < request->argc; i++)
        reply_integer(client, set_search_has(&search, request->argv[i]));
    set_search_end(&search);
}

/* SMEMBERS key */
static void cmd_smembers(struct client *client, struct request *request) {
    struct set_key at;
    if (!set_key_find(client, request->argv[1], &at))
        return;
    if (at.set != NULL)
        set_key_reply(client, at.set);
    else
        reply_set(client, 0);
}

/* Finds a set again, after the change of another key may have moved it. This is
 * no further use of it. */
static void find_again(struct set_key *at) {
    at->key.entry = keyspace_peek(&at->key.key);
    at->key.object = at->key.entry != NULL ? entry_object(at->key.entry) : NULL;
    at->set = at->key.object;
}

/* SMOVE source destination member */
static void cmd_smove(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct set_key from, to;
    bool fits = set_key_find(client, argv[1], &from);
    /* Both keys are looked up in any case, so a destination whose time has come
     * goes even if there is nothing to move. */
    if (!fits || from.set == NULL) {
        struct key destination = keyspace_key(client, argv[2]);
        (void)keyspace_use(client, &destination);
        if (fits)
            reply_integer(client, 0);
        return;
    }
    if (!set_key_find(client, argv[2], &to))
        return;
    /* Both types are right, so nothing fails from here on. */
    bool there = set_has(from.set, argv[3]);
    reply_integer(client, there);
    if (!there || slice_equal(argv[1], argv[2]))
        return;
    (void)set_key_remove(&from, argv[3]); /* it is there */
    set_key_changed(&from, "ssrem", 1);
    find_again(&to);
    (void)set_key_add(&to, &argv[3], 1); /* it may have it already */
}

struct search {
    struct scan_options options;
    uint64_t seen; /* members visited, whether they match or not */
    struct scan_found found;
};

static void visit(void *context, struct slice member) {
    struct search *search = context;
    search->seen++;
    if (scan_options_fit(&search->options, member))
        scan_found_add(&search->found, member);
}

/* SSCAN key cursor [MATCH pattern] [COUNT count] */
static void cmd_sscan(struct client *client, struct request *request) {
    struct search search = {0};
    struct set_key at;
    uint64_t cursor, steps = 0;
    if (!scan_cursor(client, request->argv[2], &cursor) ||
        !set_key_find(client, request->argv[1], &at))
        return;
    /* As in Redis, the options of a missing key are not read. */
    if (at.set != NULL &&
        !scan_options_parse(client, request->argv + 3, request->argc - 3,
                            &search.options, NULL))
        return;
    if (at.set == NULL)
        cursor = 0;
    else
        do
            cursor = set_scan(at.set, cursor, visit, &search);
        /* A bucket may be empty: after ten times as many as were asked for, the
         * client gets what there is. */
        while (cursor != 0 && search.seen < search.options.count &&
               ++steps / 10 < search.options.count);
    scan_reply_cursor(client, cursor);
    scan_found_reply(client, &search.found, reply_array);
}

const struct command sets_commands[] = {
    {"sadd", cmd_sadd, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"srem", cmd_srem, -3, CMD_WRITE | CMD_FAST},
    {"scard", cmd_scard, 2, CMD_READONLY | CMD_FAST},
    {"sismember", cmd_sismember, 3, CMD_READONLY | CMD_FAST},
    {"smismember", cmd_smismember, -3, CMD_READONLY | CMD_FAST},
    {"smembers", cmd_smembers, 2, CMD_READONLY},
    {"smove", cmd_smove, 4, CMD_WRITE | CMD_FAST},
    {"sscan", cmd_sscan, -3, CMD_READONLY},
    {0},
};
