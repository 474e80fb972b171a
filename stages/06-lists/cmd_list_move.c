/* Commands that take from one list among several, or put what they take into
 * another: LMOVE RPOPLPUSH LMPOP. */
#include "command.h"
#include "list_reply.h"
#include "reply.h"

/* LMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> */
static void cmd_lmove(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {.source = argv[1], .destination = argv[2]};
    if (list_end_argument(client, argv[3], &move.from) &&
        list_end_argument(client, argv[4], &move.to) &&
        !list_reply_move(client, &move))
        reply_null(client);
}

/* RPOPLPUSH source destination */
static void cmd_rpoplpush(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct list_move move = {argv[1], argv[2], LIST_TAIL, LIST_HEAD};
    if (!list_reply_move(client, &move))
        reply_null(client);
}

/* LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void cmd_lmpop(struct client *client, struct request *request) {
    struct pop_arguments pop;
    if (pop_arguments(client, request, 1, "left", "right", &pop) &&
        !list_reply_pop_first(client, &pop))
        reply_null_array(client);
}

const struct command list_move_commands[] = {
    {"lmove", cmd_lmove, 5, CMD_WRITE | CMD_DENYOOM},
    {"rpoplpush", cmd_rpoplpush, 3, CMD_WRITE | CMD_DENYOOM},
    {"lmpop", cmd_lmpop, -4, CMD_WRITE},
    {0},
};
