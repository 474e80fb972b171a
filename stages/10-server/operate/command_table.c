/* The table of commands, and how one is found by a name: its own, or that which
 * clients call it by. */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "command_names.h"
#include "push.h"
#include "xalloc.h"

/* The rows of all families, by the numbers of the commands. */
static struct command rows[COMMANDS_MAX];
static bool is_sub[COMMANDS_MAX];       /* command_is_sub(), of each row */
static const char *calls[COMMANDS_MAX]; /* command_call() of each */
static size_t row_count;

/* Rows in hash tables by two kinds of names, with linear probing. They are at
 * most half full, and made anew when a command is renamed, so they need no
 * deletion. */
enum { SLOTS = 2 * COMMANDS_MAX };
struct slot {
    const char *name;
    const struct command *command; /* NULL: the slot is free */
};
static struct slot by_call[SLOTS], by_name[SLOTS];
static size_t renamed; /* commands that are not called by their own names */

/* FNV-1a, blind to case. Names come from the program and from its
 * configuration, so nobody can choose them to collide. */
static size_t name_hash(const char *name, size_t len) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((unsigned char)name[i] | 0x20u)) * 16777619u;
    return hash;
}

/* The slot with that name, or the free one where it would go. */
static struct slot *find_slot(struct slot *slots, struct slice name) {
    size_t at = name_hash(name.ptr, name.len) % SLOTS;
    while (slots[at].command != NULL && !slice_is(name, slots[at].name))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void add_slot(struct slot *slots, const char *name,
                     const struct command *command) {
    struct slice text = {(char *)name, strlen(name)};
    *find_slot(slots, text) = (struct slot){name, command};
}

static void add_row(const struct command *row, bool is_there) {
    assert(row_count < COMMANDS_MAX);
    struct command *own = &rows[row_count];
    *own = *row;
    own->number = (unsigned)row_count;
    calls[row_count] = is_there ? own->name : NULL;
    is_sub[row_count++] = command_is_sub(row);
    add_slot(by_name, own->name, own);
    if (is_there)
        add_slot(by_call, own->name, own);
}

/* The configuration may have asked for it already. */
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
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++)
        count += !is_sub[i] && command_is_called(&rows[i]);
    return count;
}

/* Finding one. */

/* While no client's request runs, the server asks for itself, as when its log
 * is replayed: there may be commands in it from before they were renamed. */
static const struct command *find_unrenamed(struct slice name) {
    return renamed > 0 && push_to == NULL ? find_slot(by_name, name)->command
                                          : NULL;
}

const struct command *command_find(struct slice name) {
    const struct command *command = find_slot(by_call, name)->command;
    if (command == NULL)
        command = find_unrenamed(name);
    return command != NULL && !is_sub[command_number(command)] ? command : NULL;
}

const struct command *command_find_sub(const struct command *container,
                                       struct slice name) {
    char full[COMMAND_NAME_MAX];
    int len = snprintf(full, sizeof full, "%s|", container->name);
    if (name.len == 0 || name.len >= sizeof full - (size_t)len)
        return NULL;
    memcpy(full + len, name.ptr, name.len);
    return find_slot(by_call, (struct slice){full, (size_t)len + name.len})
        ->command;
}

const struct command *command_named(struct slice name) {
    return find_slot(by_name, name)->command;
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
    const struct command *command = find_slot(by_call, from)->command;
    if (command == NULL || command_is_sub(command))
        return "No such command in rename-command";
    const struct command *other = find_slot(by_call, to)->command;
    if (other != NULL && other != command)
        return "Target command name already exists";
    calls[command_number(command)] = lower_copy(to);
    renamed++;
    memset(by_call, 0, sizeof by_call);
    for (size_t i = 0; i < row_count; i++)
        if (command_is_called(&rows[i]))
            add_slot(by_call, calls[i], &rows[i]);
    return NULL;
}
