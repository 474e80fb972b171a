/* HELP of each command that has subcommands. */
#include <ctype.h>
#include <stdio.h>

#include "command_facts.h"
#include "command_walk.h"

/* Writes a name in capitals, with a NUL. Returns its length. */
static size_t upper_name(char out[static COMMAND_NAME_MAX], const char *name,
                         size_t len) {
    /* A command may have been renamed to anything, so the name is cut. */
    if (len >= COMMAND_NAME_MAX)
        len = COMMAND_NAME_MAX - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)toupper((unsigned char)name[i]);
    out[len] = '\0';
    return len;
}

static void reply_sub(struct client *client, const struct command *command) {
    const struct command_facts *facts = command_facts(command);
    char line[256];
    /* A subcommand always has a bar in its name. */
    const char *sub = strchr(command->name, '|') + 1;
    size_t n = upper_name(line, sub, strlen(sub));
    snprintf(line + n, sizeof line - n, "%s%s",
             facts->syntax[0] != '\0' ? " " : "", facts->syntax);
    reply_simple(client, line);
    snprintf(line, sizeof line, "    %s", facts->summary);
    reply_simple(client, line);
}

/* command HELP
 *
 * Lists each subcommand of the command with its arguments. */
static void cmd_help(struct client *client, struct request *request) {
    const struct command *container = command_find(request->argv[0]);
    const struct command *sub;
    char line[256];
    size_t n = upper_name(line, request->argv[0].ptr, request->argv[0].len);
    snprintf(line + n, sizeof line - n,
             " <subcommand> [<arg> ...], where <subcommand> is one of:");
    reply_array(client, 1 + 2 * command_sub_count(container));
    reply_simple(client, line);
    struct command_walk walk = {0};
    while ((sub = command_walk_next_of(&walk, container)) != NULL)
        reply_sub(client, sub);
}

enum { FLAGS = CMD_LOADING | CMD_STALE };

/* clang-format off */
const struct command help_commands[] = {
    {"acl|help", cmd_help, 2, FLAGS}, {"client|help", cmd_help, 2, FLAGS}, {"command|help", cmd_help, 2, FLAGS},
    {"config|help", cmd_help, 2, FLAGS}, {"memory|help", cmd_help, 2, FLAGS},
    {"object|help", cmd_help, 2, FLAGS}, {"pubsub|help", cmd_help, 2, FLAGS},
    {"xgroup|help", cmd_help, 2, FLAGS}, {"xinfo|help", cmd_help, 2, FLAGS},
    {"slowlog|help", cmd_help, 2, FLAGS}, {"function|help", cmd_help, 2, FLAGS},
    {"module|help", cmd_help, 2, FLAGS},
    {"latency|help", cmd_help, 2, FLAGS},
    {0},
};
/* clang-format on */
