/* DEBUG: what the tests of clients and servers look at and switch. */
#include "debug.h"

#include <stdio.h>

#include "command.h"
#include "reply.h"

/* Returns the subcommand with that number, counted from 0; NULL after the last
 * one. It counts through all tables, which are short. */
static const struct debug_subcommand *subcommand(size_t number) {
    for (size_t f = 0; stage_debugs[f] != NULL; f++)
        for (const struct debug_subcommand *s = stage_debugs[f]; s->name; s++)
            if (number-- == 0)
                return s;
    return NULL;
}

static void reply_row(struct client *client, const char *syntax,
                      const char *summary) {
    char line[128];
    reply_simple(client, syntax);
    snprintf(line, sizeof line, "    %s", summary);
    reply_simple(client, line);
}

/* DEBUG HELP */
static void debug_help(struct client *client) {
    size_t rows = 0;
    while (subcommand(rows) != NULL)
        rows++;
    reply_array(client, 2 * rows + 3);
    reply_simple(client, "DEBUG <subcommand> [<arg> ...], where <subcommand> "
                         "is one of:");
    for (size_t i = 0; i < rows; i++)
        reply_row(client, subcommand(i)->syntax, subcommand(i)->summary);
    reply_row(client, "HELP", "Lists the subcommands.");
}

/* DEBUG subcommand [argument ...] */
static void cmd_debug(struct client *client, struct request *request) {
    struct slice name = request->argv[1];
    if (slice_is(name, "help") && request->argc == 2) {
        debug_help(client);
        return;
    }
    const struct debug_subcommand *s;
    for (size_t i = 0; (s = subcommand(i)) != NULL; i++) {
        if (slice_is(name, s->name) && request->argc >= s->least &&
            request->argc <= s->most) {
            s->run(client, request);
            return;
        }
    }
    reply_bad_subcommand(client, name, "DEBUG");
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command debug_commands[] = {
    {"debug", cmd_debug, -2, FLAGS},
    {0},
};
