#include "command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "xalloc.h"

/* Names in a hash table with linear probing, twice as large as it need be. The
 * table is made once, so it needs no deletion. */
static const struct command **table;
static size_t table_mask, count;

/* FNV-1a, blind to case. Names come from the program, so nobody can choose
 * them to collide. */
static size_t name_hash(const char *name, size_t len) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((unsigned char)name[i] | 0x20u)) * 16777619u;
    return hash;
}

static void table_add(const struct command *command) {
    size_t at = name_hash(command->name, strlen(command->name));
    while (table[at & table_mask] != NULL)
        at++;
    table[at & table_mask] = command;
}

void command_start(void) {
    size_t rows = 0;
    count = 0;
    for (size_t f = 0; stage_commands[f] != NULL; f++) {
        for (const struct command *c = stage_commands[f]; c->name; c++) {
            rows++;
            count += !command_is_sub(c);
        }
    }
    size_t size = 64;
    while (size < rows * 2)
        size *= 2;
    table_mask = size - 1;
    table = xcalloc(size, sizeof *table);
    for (size_t f = 0; stage_commands[f] != NULL; f++)
        for (const struct command *c = stage_commands[f]; c->name; c++)
            table_add(c);
}

void command_stop(void) {
    free(table);
}

size_t command_count(void) {
    return count;
}

/* Finds a row, of a command or a subcommand. */
static const struct command *find_row(struct slice name) {
    size_t at = name_hash(name.ptr, name.len);
    for (; table[at & table_mask] != NULL; at++)
        if (slice_is(name, table[at & table_mask]->name))
            return table[at & table_mask];
    return NULL;
}

const struct command *command_find(struct slice name) {
    const struct command *command = find_row(name);
    return command != NULL && !command_is_sub(command) ? command : NULL;
}

const struct command *command_find_sub(const struct command *container,
                                       struct slice name) {
    char full[COMMAND_NAME_MAX];
    int len = snprintf(full, sizeof full, "%s|", container->name);
    if (name.len == 0 || name.len >= sizeof full - (size_t)len)
        return NULL;
    memcpy(full + len, name.ptr, name.len);
    return find_row((struct slice){full, (size_t)len + name.len});
}

bool command_takes(const struct command *command, size_t argc) {
    if (command->arity >= 0)
        return argc == (size_t)command->arity;
    return argc >= (size_t)-command->arity;
}

/* Names the command and the arguments it came with, as much as fits 128
 * bytes. */
static void reply_unknown(struct client *client,
                          const struct request *request) {
    char args[2 * 128 + 8] = "";
    size_t used = 0;
    for (size_t i = 1; i < request->argc && used < 128; i++) {
        struct slice arg = request->argv[i];
        size_t shown = arg.len < 128 - used ? arg.len : 128 - used;
        used += (size_t)snprintf(args + used, sizeof args - used, "'%.*s' ",
                                 (int)shown, arg.len > 0 ? arg.ptr : "");
    }
    struct slice name = request->argv[0];
    reply_errorf(client,
                 "ERR unknown command '%.*s', with args beginning with: %s",
                 SLICE_SHOWN(name), args);
}

static void reply_unknown_sub(struct client *client,
                              const struct command *container,
                              struct slice name) {
    char upper[COMMAND_NAME_MAX] = "";
    for (size_t i = 0; container->name[i] != '\0'; i++)
        upper[i] = (char)toupper((unsigned char)container->name[i]);
    reply_errorf(client, "ERR unknown subcommand '%.*s'. Try %s HELP.",
                 SLICE_SHOWN(name), upper);
}

const struct command *command_resolve(struct client *client,
                                      const struct request *request) {
    const struct command *command = command_find(request->argv[0]);
    if (command == NULL) {
        reply_unknown(client, request);
        return NULL;
    }
    if ((command->flags & CMD_CONTAINER) && request->argc > 1) {
        struct slice name = request->argv[1];
        const struct command *sub = command_find_sub(command, name);
        if (sub == NULL) {
            reply_unknown_sub(client, command, name);
            return NULL;
        }
        command = sub;
    }
    if (!command_takes(command, request->argc)) {
        reply_errorf(client, "ERR wrong number of arguments for '%s' command",
                     command->name);
        return NULL;
    }
    client->last_command = command;
    return command;
}
