/* The table of commands, and how a command is found by its own name and by the
 * one that clients use. */
#include <assert.h>
#include <ctype.h>

#include "command.h"
#include "command_names.h"
#include "command_slots.h"
#include "push.h"
#include "xalloc.h"

/* The rows of all families, by the numbers of the commands. */
static struct command rows[COMMANDS_MAX];
static bool is_sub[COMMANDS_MAX];       /* command_is_sub(), of each row */
static const char *calls[COMMANDS_MAX]; /* command_call() of each */
static size_t row_count;
static size_t callable; /* command_count() */

/* Two tables find them by the names that clients use, and by their own. The
 * former is made anew when a command is renamed. */
static struct command_slot by_call[COMMAND_SLOTS], by_name[COMMAND_SLOTS];
static size_t renamed; /* commands that are not called by their own names */

static void add_row(const struct command *row, bool is_there) {
    assert(row_count < COMMANDS_MAX);
    struct command *own = &rows[row_count];
    *own = *row;
    own->number = (unsigned)row_count;
    /* Rules of access control may name an absent command, but nobody calls
     * it. */
    calls[row_count] = is_there ? own->name : NULL;
    is_sub[row_count] = command_is_sub(row);
    callable += is_there && !is_sub[row_count];
    row_count++;
    command_slots_add(by_name, own->name, own);
    if (is_there)
        command_slots_add(by_call, own->name, own);
}

/* A line rename-command is read before the start and needs the table, so it may
 * be there already. */
void command_start(void) {
    if (row_count > 0)
        return;
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            add_row(c, true);
    for (const struct command *c = absent_commands; c->name; c++)
        add_row(c, false);
}

const struct command *command_numbered(size_t number) {
    return number < row_count ? &rows[number] : NULL;
}

const char *command_call(const struct command *command) {
    return calls[command_number(command)];
}

bool command_is_called(const struct command *command) {
    const char *call = command_call(command);
    return call != NULL && call[0] != '\0';
}

size_t command_count(void) {
    return callable;
}

/* Finding a command. */

/* While no request of a client runs, the server itself asks, for example when
 * it replays its log, which may have commands from before they were renamed. */
static const struct command *find_unrenamed(struct slice name) {
    return renamed > 0 && push_to == NULL ? command_slots_find(by_name, name)
                                          : NULL;
}

const struct command *command_row(struct slice name) {
    return command_slots_find(by_call, name);
}

const struct command *command_find(struct slice name) {
    const struct command *command = command_slots_find(by_call, name);
    if (command == NULL)
        command = find_unrenamed(name);
    return command != NULL && !is_sub[command_number(command)] ? command : NULL;
}

const struct command *command_named(struct slice name) {
    return command_slots_find(by_name, name);
}

/* Renaming. */

static const char *lower_copy(struct slice text) {
    char *copy = xmalloc(text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (char)tolower((unsigned char)text.ptr[i]);
    copy[text.len] = '\0';
    return copy;
}

const char *command_rename(struct slice from, struct slice to) {
    const struct command *command = command_slots_find(by_call, from);
    if (command == NULL || command_is_sub(command))
        return "No such command in rename-command";
    const struct command *other = command_slots_find(by_call, to);
    /* Another command's name would hide that command. */
    if (other != NULL && other != command)
        return "Target command name already exists";
    calls[command_number(command)] = lower_copy(to);
    callable -= to.len == 0; /* nobody can call it any more */
    renamed++;
    /* A slot cannot be removed from the table, so it is made anew. */
    memset(by_call, 0, sizeof by_call);
    for (size_t i = 0; i < row_count; i++)
        if (command_is_called(&rows[i]))
            command_slots_add(by_call, calls[i], &rows[i]);
    return NULL;
}
