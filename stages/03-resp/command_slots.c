#include "command_slots.h"

#include <stdint.h>

/* FNV-1a, blind to case. Names come from the program and from its owner, so
 * nobody can choose them to collide. */
static size_t name_hash(struct slice name) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ ((unsigned char)name.ptr[i] | 0x20u)) * 16777619u;
    return hash;
}

/* Returns the index of the slot that has this name, or of the free one where it
 * would go. */
static size_t place(const struct command_slot slots[static COMMAND_SLOTS],
                    struct slice name) {
    size_t at = name_hash(name) % COMMAND_SLOTS;
    /* This ends, since half of the slots are free. */
    while (slots[at].command != NULL && !slice_is(name, slots[at].name))
        at = (at + 1) % COMMAND_SLOTS;
    return at;
}

void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command) {
    struct slice text = slice_of(name);
    slots[place(slots, text)] = (struct command_slot){name, command};
}

const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name) {
    return slots[place(slots, name)].command;
}
