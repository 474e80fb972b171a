/* Looking at all commands. */
#ifndef COMMAND_WALK_H
#define COMMAND_WALK_H

#include <stdbool.h>

#include "command.h"

/* A step through commands and subcommands. All zeros is the beginning. */
struct command_walk {
    size_t next;   /* the number of the next one */
    bool uncalled; /* those that clients cannot call are among them */
};

/* The next row, or NULL when there are no more. */
const struct command *command_walk_next(struct command_walk *walk);

/* The next row that is a subcommand of that container, or, if the container is
 * NULL, the next one that is no subcommand. */
const struct command *command_walk_next_of(struct command_walk *walk,
                                           const struct command *container);

/* The number of its subcommands. */
size_t command_sub_count(const struct command *container);

/* Finds a command or subcommand as clients call it: "get", "client|id". */
const struct command *command_find_full(struct slice name);

#endif
