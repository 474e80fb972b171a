/* The place of a command's name in a hash table with linear probing. Here names
 * are hashed and compared in steps of eight bytes. */
#ifndef COMMAND_PLACE_H
#define COMMAND_PLACE_H

#include <stdint.h>

#include "command.h"

/* The length of a name and its first bytes, in lower case and with zeros behind
 * them. */
struct command_head {
    uint64_t words[2];
    size_t len;
};

enum { COMMAND_SLOTS = 2 * COMMANDS_MAX };

struct command_slot {
    struct command_head head;
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
