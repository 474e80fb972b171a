/* The table of commands, and how one is found by its name. */
#include <assert.h>

#include "command.h"
#include "command_slots.h"

/* The rows of all families, indexed by the numbers of their commands. They are
 * copies, because the families' tables are constant and have no numbers. */
static struct command rows[COMMANDS_MAX];
static bool is_sub[COMMANDS_MAX]; /* command_is_sub(), of each row */
static size_t row_count;
static struct command_slot by_name[COMMAND_SLOTS];

static void add_row(const struct command *row) {
    assert(row_count < COMMANDS_MAX);
    struct command *own = &rows[row_count];
    *own = *row;
    own->number = (unsigned)row_count;
    is_sub[row_count++] = command_is_sub(row);
    command_slots_add(by_name, own->name, own);
}

void command_start(void) {
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            add_row(c);
}

size_t command_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++)
        count += !is_sub[i];
    return count;
}

const struct command *command_row(struct slice name) {
    return command_slots_find(by_name, name);
}

/* The bar is our own notation: to a client that sends it, CLIENT|ID is an
 * unknown command. */
const struct command *command_find(struct slice name) {
    const struct command *command = command_row(name);
    return command != NULL && !is_sub[command_number(command)] ? command : NULL;
}
