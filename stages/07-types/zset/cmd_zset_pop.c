/* Commands that remove the members with the lowest or the highest scores, and
 * may wait for them. */
#include "argument_at_least.h"
#include "arguments.h"
#include "blocking.h"
#include "command.h"
#include "zset_pop.h"

/* Executes key [count]. */
static void pop(struct client *client, const struct request *request,
                bool greatest) {
    int64_t count = 1;
    if (request->argc > 3) {
        reply_syntax_error(client);
        return;
    }
    if (request->argc == 3 &&
        !argument_at_least(client, request->argv[2], 0,
                           "ERR value is out of range, must be positive",
                           &count))
        return;
    struct zset_key at;
    if (!zset_key_find(client, request->argv[1], &at))
        return;
    size_t there = at.zset != NULL ? zset_count(at.zset) : 0;
    if ((uint64_t)count < there)
        there = (size_t)count;
    /* Without a count there is one pair at most, which is not in an array of
     * its own even in RESP3. */
    bool counted = request->argc == 3;
    if (counted)
        reply_pairs(client, there);
    else
        reply_array(client, 2 * there);
    if (there > 0)
        zset_pop(client, &at, greatest, there, counted ? reply_pair : NULL);
}

/* ZPOPMIN key [count] */
static void cmd_zpopmin(struct client *client, struct request *request) {
    pop(client, request, false);
}

/* ZPOPMAX key [count] */
static void cmd_zpopmax(struct client *client, struct request *request) {
    pop(client, request, true);
}

/* ZMPOP numkeys key [key ...] <MIN | MAX> [COUNT count] */
static void cmd_zmpop(struct client *client, struct request *request) {
    struct pop_arguments pop;
    if (pop_arguments(client, request, 1, "min", "max", &pop) &&
        !zset_pop_first(client, &pop))
        reply_null_array(client);
}

/* Executes key [key ...] timeout: pops from the first set that exists. */
static void pop_or_wait(struct client *client, const struct request *request,
                        bool greatest) {
    const struct slice *keys = request->argv + 1;
    size_t key_count = request->argc - 2;
    int64_t until_us;
    if (!blocking_timeout(client, request->argv[request->argc - 1], &until_us))
        return;
    for (size_t i = 0; i < key_count; i++) {
        struct zset_key at;
        if (!zset_key_find(client, keys[i], &at))
            return;
        if (at.zset == NULL)
            continue;
        /* A set that exists has a member, so there is one to pop. */
        reply_array(client, 3);
        reply_slice(client, keys[i]);
        zset_pop(client, &at, greatest, 1, NULL);
        return;
    }
    blocking_wait(client, request, keys, key_count, TYPE_ZSET, until_us);
}

/* BZPOPMIN key [key ...] timeout */
static void cmd_bzpopmin(struct client *client, struct request *request) {
    pop_or_wait(client, request, false);
}

/* BZPOPMAX key [key ...] timeout */
static void cmd_bzpopmax(struct client *client, struct request *request) {
    pop_or_wait(client, request, true);
}

/* BZMPOP timeout numkeys key [key ...] <MIN | MAX> [COUNT count] */
static void cmd_bzmpop(struct client *client, struct request *request) {
    struct pop_arguments pop;
    int64_t until_us;
    if (pop_arguments(client, request, 2, "min", "max", &pop) &&
        blocking_timeout(client, request->argv[1], &until_us) &&
        !zset_pop_first(client, &pop))
        blocking_wait(client, request, pop.keys, pop.key_count, TYPE_ZSET,
                      until_us);
}

const struct command zset_pop_commands[] = {
    {"zpopmin", cmd_zpopmin, -2, CMD_WRITE | CMD_FAST},
    {"zpopmax", cmd_zpopmax, -2, CMD_WRITE | CMD_FAST},
    {"zmpop", cmd_zmpop, -4, CMD_WRITE},
    {"bzpopmin", cmd_bzpopmin, -3, CMD_WRITE | CMD_BLOCKING | CMD_FAST},
    {"bzpopmax", cmd_bzpopmax, -3, CMD_WRITE | CMD_BLOCKING | CMD_FAST},
    {"bzmpop", cmd_bzmpop, -5, CMD_WRITE | CMD_BLOCKING},
    {0},
};
