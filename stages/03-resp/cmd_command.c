/* COMMAND: the number of commands. Its other subcommands, which clients use for
 * hints, are answered with an empty array. */
#include "command.h"

/* COMMAND, COMMAND DOCS [command-name [command-name ...]] */
static void cmd_command(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, 0);
}

/* COMMAND COUNT */
static void cmd_count(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)command_count());
}

enum { FLAGS = CMD_LOADING | CMD_STALE };

const struct command command_commands[] = {
    {"command", cmd_command, -1, FLAGS | CMD_CONTAINER},
    {"command|count", cmd_count, 2, FLAGS},
    {"command|docs", cmd_command, -2, FLAGS},
    {0},
};
