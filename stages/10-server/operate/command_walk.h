/* Walks over all commands. */
#ifndef COMMAND_WALK_H
#define COMMAND_WALK_H

#include <stdbool.h>

#include "command.h"

/* A walk over commands and subcommands. One that is all zeros is at the
 * start. */
struct command_walk {
    size_t next;   /* the number of the next one */
    bool uncalled; /* those that clients cannot call are among them */
};

/* Returns the next row, or NULL after the last. */
const struct command *command_walk_next(struct command_walk *walk);

/* Returns the next row that is a subcommand of this container; without a
 * container, the next one that is not a subcommand. */
const struct command *command_walk_next_of(struct command_walk *walk,
                                           const struct command *container);

/* Returns the number of subcommands. */
size_t command_sub_count(const struct command *container);

/* Finds a command or subcommand by the name that clients use: "get",
 * "client|id". */
const struct command *command_find_full(struct slice name);

#endif
