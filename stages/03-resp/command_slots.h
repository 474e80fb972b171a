/* Commands by name: a hash table with linear probing.
 *
 *     "get" -> row of GET     "client|id" -> row of CLIENT ID
 *
 * It is at most half full, and nothing is ever removed from it. All zeros is an
 * empty table. */
#ifndef COMMAND_SLOTS_H
#define COMMAND_SLOTS_H

#include "command.h"

enum { COMMAND_SLOTS = 2 * COMMANDS_MAX };

struct command_slot {
    const char *name;
    const struct command *command; /* NULL: the slot is free */
};

/* The name stays the caller's, and must stay where it is. */
void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command);

/* Finds a command by its name, in either case; NULL if there is none. */
const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name);

#endif
