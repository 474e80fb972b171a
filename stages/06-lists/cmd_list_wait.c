/* Commands that take from a list, and wait if there is nothing to take. */
#include "blocking.h"
#include "command.h"
#include "list_reply.h"

/* key [key ...] timeout: pops from the first list that has an element. */
static void pop_or_wait(struct client *client, const struct request *request,
                        enum list_end end) {
    const struct slice *keys = request->argv + 1;
    size_t key_count = request->argc - 2;
    int64_t until_us;
    if (!blocking_timeout(client, request->argv[request->argc - 1], &until_us))
        return;
    for (size_t i = 0; i < key_count; i++) {
        struct list_key at;
        /* As in Redis, the first key of another type is an error, even if a
         * list with elements comes behind it. */
        if (!list_key_find(client, keys[i], &at))
            return;
        if (at.list == NULL)
            continue;
        reply_array(client, 2);
        reply_slice(client, keys[i]);
        list_reply_pop_one(client, &at, end);
        return;
    }
    blocking_wait(client, request, keys, key_count, TYPE_LIST, until_us);
}

/* BLPOP key [key ...] timeout */
static void cmd_blpop(struct client *client, struct request *request) {
    pop_or_wait(client, request, LIST_HEAD);
}

/* BRPOP key [key ...] timeout */
static void cmd_brpop(struct client *client, struct request *request) {
    pop_or_wait(client, request, LIST_TAIL);
}

static void move_or_wait(struct client *client, const struct request *request,
                         const struct list_move *move, struct slice timeout) {
    int64_t until_us;
    if (!blocking_timeout(client, timeout, &until_us) ||
        list_reply_move(client, move))
        return;
    if (stage_may_wait(client))
        blocking_wait(client, request, &move->source, 1, TYPE_LIST, until_us);
    else
        reply_null(client); /* as LMOVE does; a time-out gives a null array */
}

/* BLMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout */
static void cmd_blmove(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {.source = argv[1], .destination = argv[2]};
    if (list_end_argument(client, argv[3], &move.from) &&
        list_end_argument(client, argv[4], &move.to))
        move_or_wait(client, request, &move, argv[5]);
}

/* BRPOPLPUSH source destination timeout */
static void cmd_brpoplpush(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {argv[1], argv[2], LIST_TAIL, LIST_HEAD};
    move_or_wait(client, request, &move, argv[3]);
}

/* BLMPOP timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void cmd_blmpop(struct client *client, struct request *request) {
    struct pop_arguments pop;
    int64_t until_us;
    /* The time-out stands in front, but its error comes last, as in Redis. */
    if (pop_arguments(client, request, 2, "left", "right", &pop) &&
        blocking_timeout(client, request->argv[1], &until_us) &&
        !list_reply_pop_first(client, &pop))
        blocking_wait(client, request, pop.keys, pop.key_count, TYPE_LIST,
                      until_us);
}

const struct command list_wait_commands[] = {
    {"blpop", cmd_blpop, -3, CMD_WRITE | CMD_BLOCKING},
    {"brpop", cmd_brpop, -3, CMD_WRITE | CMD_BLOCKING},
    {"blmove", cmd_blmove, 6, CMD_WRITE | CMD_DENYOOM | CMD_BLOCKING},
    {"brpoplpush", cmd_brpoplpush, 4, CMD_WRITE | CMD_DENYOOM | CMD_BLOCKING},
    {"blmpop", cmd_blmpop, -5, CMD_WRITE | CMD_BLOCKING},
    {0},
};
