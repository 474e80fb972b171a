/* The place of a command's name in a hash table with linear probing. */
#ifndef COMMAND_PLACE_H
#define COMMAND_PLACE_H

#include "command.h"

enum { COMMAND_SLOTS = 2 * COMMANDS_MAX };

struct command_slot {
    const char *name;              /* stays where it is */
    const struct command *command; /* NULL: the slot is free */
};

/* A slot with that name. */
struct command_slot command_slot(const char *name,
                                 const struct command *command);

/* The number of the slot with that name, in capitals or not, or of the free one
 * where it would go. */
size_t command_place(const struct command_slot slots[static COMMAND_SLOTS],
                     struct slice name);

#endif
