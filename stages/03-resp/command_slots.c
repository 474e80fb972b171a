#include "command_slots.h"

#include <stdio.h>

void command_slots_add(struct command_slot slots[static COMMAND_SLOTS],
                       const char *name, const struct command *command) {
    struct slice text = {(char *)name, strlen(name)};
    slots[command_place(slots, text)] = command_slot(name, command);
}

const struct command *
command_slots_find(const struct command_slot slots[static COMMAND_SLOTS],
                   struct slice name) {
    return slots[command_place(slots, name)].command;
}

const struct command *
command_slots_find_sub(const struct command_slot slots[static COMMAND_SLOTS],
                       const struct command *container, struct slice name) {
    char full[COMMAND_NAME_MAX];
    int len = snprintf(full, sizeof full, "%s|", container->name);
    if (name.len == 0 || name.len >= sizeof full - (size_t)len)
        return NULL;
    memcpy(full + len, name.ptr, name.len);
    return command_slots_find(slots,
                              (struct slice){full, (size_t)len + name.len});
}
