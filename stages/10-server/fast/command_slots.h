/* Commands by name: a hash table with linear probing. Here names are hashed and
 * compared in steps of eight bytes. All zeros is an empty table. */
#ifndef COMMAND_SLOTS_H
#define COMMAND_SLOTS_H

#include <stdint.h>

#include "command.h"

/* The length of a name and its first bytes, in which capitals look like small
 * letters, and a few other bytes like each other. */
struct command_head {
    uint64_t words[2];
    size_t len;
};

enum { COMMAND_SLOTS = 2 * COMMANDS_MAX };

struct command_slot {
    struct command_head head;
    const char *name;
    const struct command *command; /* NULL: the slot is free */
    bool is_told;                  /* no other name has this head */
};

/* The name stays the caller's, and must stay where it is. */
void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command);

/* Finds by name, in capitals or not; NULL if there is none. */
const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name);

#endif
