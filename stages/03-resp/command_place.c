#include "command_place.h"

#include <stdint.h>

struct command_slot command_slot(const char *name,
                                 const struct command *command) {
    return (struct command_slot){name, command};
}

/* FNV-1a, blind to case. Names come from the program and from its owner, so
 * nobody can choose them to collide. */
static size_t name_hash(struct slice name) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ ((unsigned char)name.ptr[i] | 0x20u)) * 16777619u;
    return hash;
}

size_t command_place(const struct command_slot slots[static COMMAND_SLOTS],
                     struct slice name) {
    size_t at = name_hash(name) % COMMAND_SLOTS;
    while (slots[at].command != NULL && !slice_is(name, slots[at].name))
        at = (at + 1) % COMMAND_SLOTS;
    return at;
}
