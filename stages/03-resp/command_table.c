/* The table of commands, and how one is found by its name. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"

/* The rows of all families, by the numbers of the commands. */
static struct command rows[COMMANDS_MAX];
static bool is_sub[COMMANDS_MAX]; /* command_is_sub(), of each row */
static size_t row_count;

/* The rows in a hash table by their names, with linear probing. It is at most
 * half full, and made once, so it needs no deletion. */
enum { SLOTS = 2 * COMMANDS_MAX };
static const struct command *slots[SLOTS];

/* FNV-1a, blind to case. Names come from the program, so nobody can choose
 * them to collide. */
static size_t name_hash(const char *name, size_t len) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((unsigned char)name[i] | 0x20u)) * 16777619u;
    return hash;
}

/* The slot of a row with that name, or the free one where it would go. */
static const struct command **find_slot(struct slice name) {
    size_t at = name_hash(name.ptr, name.len) % SLOTS;
    while (slots[at] != NULL && !slice_is(name, slots[at]->name))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void add_row(const struct command *row) {
    assert(row_count < COMMANDS_MAX);
    struct command *own = &rows[row_count];
    *own = *row;
    own->number = (unsigned)row_count;
    is_sub[row_count++] = command_is_sub(row);
    *find_slot((struct slice){(char *)own->name, strlen(own->name)}) = own;
}

void command_start(void) {
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            add_row(c);
}

const struct command *command_numbered(size_t number) {
    return number < row_count ? &rows[number] : NULL;
}

size_t command_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++)
        count += !is_sub[i];
    return count;
}

const struct command *command_find(struct slice name) {
    const struct command *command = *find_slot(name);
    return command != NULL && !is_sub[command_number(command)] ? command : NULL;
}

const struct command *command_find_sub(const struct command *container,
                                       struct slice name) {
    char full[COMMAND_NAME_MAX];
    int len = snprintf(full, sizeof full, "%s|", container->name);
    if (name.len == 0 || name.len >= sizeof full - (size_t)len)
        return NULL;
    memcpy(full + len, name.ptr, name.len);
    return *find_slot((struct slice){full, (size_t)len + name.len});
}
