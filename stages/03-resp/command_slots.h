/* Commands by name: a hash table with linear probing.
 *
 *     "get" -> row of GET     "client|id" -> row of CLIENT ID
 *
 * It is at most half full and loses nothing, so it needs no deletion. All zeros
 * is an empty table. */
#ifndef COMMAND_SLOTS_H
#define COMMAND_SLOTS_H

#include "command_place.h"

void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command);

/* Finds by name, in capitals or not; NULL if there is none. */
const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name);

/* Finds "container|name". */
const struct command *
command_slots_find_sub(const struct command_slot slots[static COMMAND_SLOTS],
                       const struct command *container, struct slice name);

#endif
