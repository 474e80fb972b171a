/* Commands that take from one list among several, or put what they take into
 * another: LMOVE RPOPLPUSH LMPOP. */
#include "command.h"
#include "commands.h"
#include "list_move.h"
#include "list_pop.h"
#include "reply.h"

/* LMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> */
static void cmd_lmove(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {.source = argv[1], .destination = argv[2]};
    if (list_end_argument(client, argv[3], &move.from) &&
        list_end_argument(client, argv[4], &move.to) &&
        !list_move_one(client, &move))
        reply_null(client);
}

/* RPOPLPUSH source destination */
static void cmd_rpoplpush(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {argv[1], argv[2], LIST_TAIL, LIST_HEAD};
    if (!list_move_one(client, &move))
        reply_null(client);
}

/* LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void cmd_lmpop(struct client *client, struct request *request) {
    struct pop_arguments pop;
    if (pop_arguments(client, request, 1, "left", "right", &pop) &&
        !list_pop_first(client, &pop))
        reply_null_array(client);
}

/* clang-format off */
const struct command list_move_commands[] = {
    {"lmove", cmd_lmove, 5, CMD_WRITE | CMD_DENYOOM,
     {{"RW access delete", 1, 0, 1}, {"RW insert", 2, 0, 1}},
     "list", "6.2.0", "O(1)",
     "Takes an element from an end of a list and puts it at an end of another.",
     "source destination <LEFT | RIGHT> <LEFT | RIGHT>", NULL},
    {"rpoplpush", cmd_rpoplpush, 3, CMD_WRITE | CMD_DENYOOM,
     {{"RW access delete", 1, 0, 1}, {"RW insert", 2, 0, 1}},
     "list", "1.2.0", "O(1)",
     "Takes the last element of a list and puts it in front of another.",
     "source destination", NULL},
    {"lmpop", cmd_lmpop, -4, CMD_WRITE | CMD_MOVABLE_KEYS,
     {{"RW access delete", 1, 0, 1, .counted = true}},
     "list", "7.0.0",
     "O(N+M) where N is the number of keys and M of elements answered",
     "Takes elements from the first of several lists that has any.",
     "numkeys key [key ...] <LEFT | RIGHT> [COUNT count]", NULL},
    {0},
};
/* clang-format on */
