/* Commands that take from a list, and wait if there is nothing to take. */
#include "blocking.h"
#include "command.h"
#include "list_reply.h"

static void pop_or_wait(struct client *client, const struct request *request,
                        const struct pop_arguments *pop, struct slice timeout) {
    int64_t until_us;
    if (blocking_timeout(client, timeout, &until_us) &&
        !list_reply_pop_first(client, pop))
        blocking_wait(client, request, pop->keys, pop->key_count, TYPE_LIST,
                      until_us);
}

/* Pops one element: key [key ...] timeout */
static void pop_one(struct client *client, const struct request *request,
                    bool at_tail) {
    const struct pop_arguments pop = {.keys = request->argv + 1,
                                      .key_count = request->argc - 2,
                                      .second = at_tail};
    pop_or_wait(client, request, &pop, request->argv[request->argc - 1]);
}

/* BLPOP key [key ...] timeout */
static void cmd_blpop(struct client *client, struct request *request) {
    pop_one(client, request, false);
}

/* BRPOP key [key ...] timeout */
static void cmd_brpop(struct client *client, struct request *request) {
    pop_one(client, request, true);
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
    /* The time-out stands in front, but its error comes last, as in Redis. */
    if (pop_arguments(client, request, 2, "left", "right", &pop))
        pop_or_wait(client, request, &pop, request->argv[1]);
}

const struct command list_wait_commands[] = {
    {"blpop", cmd_blpop, -3, CMD_WRITE | CMD_BLOCKING},
    {"brpop", cmd_brpop, -3, CMD_WRITE | CMD_BLOCKING},
    {"blmove", cmd_blmove, 6, CMD_WRITE | CMD_DENYOOM | CMD_BLOCKING},
    {"brpoplpush", cmd_brpoplpush, 4, CMD_WRITE | CMD_DENYOOM | CMD_BLOCKING},
    {"blmpop", cmd_blmpop, -5, CMD_WRITE | CMD_BLOCKING},
    {0},
};
