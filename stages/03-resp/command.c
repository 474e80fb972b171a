#include "command.h"

#include <stdio.h>
#include <stdlib.h>

#include "address.h"
#include "admit.h"
#include "call.h"
#include "log.h"
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
    count = 0;
    for (size_t f = 0; command_families[f] != NULL; f++)
        for (const struct command *c = command_families[f]; c->name; c++)
            count++;
    size_t size = 64;
    while (size < count * 2)
        size *= 2;
    table_mask = size - 1;
    table = xcalloc(size, sizeof *table);
    for (size_t f = 0; command_families[f] != NULL; f++)
        for (const struct command *c = command_families[f]; c->name; c++)
            table_add(c);
}

void command_stop(void) {
    free(table);
}

size_t command_count(void) {
    return count;
}

const struct command *command_find(struct slice name) {
    size_t at = name_hash(name.ptr, name.len);
    for (; table[at & table_mask] != NULL; at++)
        if (slice_is(name, table[at & table_mask]->name))
            return table[at & table_mask];
    return NULL;
}

const struct command *command_sub(const struct command *container,
                                  size_t number) {
    if (container->subcommands == NULL)
        return NULL;
    for (size_t f = 0; container->subcommands[f] != NULL; f++)
        for (const struct command *s = container->subcommands[f]; s->name; s++)
            if (number-- == 0)
                return s;
    return NULL;
}

const struct command *command_find_sub(const struct command *container,
                                       struct slice name) {
    const struct command *sub;
    for (size_t i = 0; (sub = command_sub(container, i)) != NULL; i++)
        if (slice_is(name, sub->name))
            return sub;
    return NULL;
}

const struct command *command_container(const struct command *sub) {
    struct slice name = {(char *)sub->name, strlen(sub->name)};
    for (size_t f = 0; command_families[f] != NULL; f++)
        for (const struct command *c = command_families[f]; c->name; c++)
            if (c->subcommands != NULL && command_find_sub(c, name) == sub)
                return c;
    return NULL;
}

bool command_takes(const struct command *command, size_t argc) {
    if (command->arity >= 0)
        return argc == (size_t)command->arity;
    return argc >= (size_t)-command->arity;
}

/* Writes a name in capitals, with a NUL; names are short. */
static size_t upper_name(char *out, const char *name) {
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        bool lower = name[n] >= 'a' && name[n] <= 'z';
        out[n] = (char)(lower ? name[n] - 'a' + 'A' : name[n]);
    }
    out[n] = '\0';
    return n;
}

void command_help(struct client *client, struct request *request) {
    (void)request;
    const struct command *container = command_container(client->last_command);
    const struct command *sub;
    size_t rows = 0;
    while (command_sub(container, rows) != NULL)
        rows++;
    reply_array(client, rows * 2 + 1);
    char line[256];
    size_t n = upper_name(line, container->name);
    snprintf(line + n, sizeof line - n,
             " <subcommand> [<arg> ...], where <subcommand> is one of:");
    reply_simple(client, line);
    for (size_t i = 0; (sub = command_sub(container, i)) != NULL; i++) {
        n = upper_name(line, sub->name);
        snprintf(line + n, sizeof line - n, " %s", sub->syntax);
        reply_simple(client, line);
        snprintf(line, sizeof line, "    %s", sub->summary);
        reply_simple(client, line);
    }
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

const struct command *command_resolve(struct client *client,
                                      const struct request *request) {
    const struct command *command = command_find(request->argv[0]);
    if (command == NULL) {
        reply_unknown(client, request);
        return NULL;
    }
    const char *parent = "", *bar = "";
    if (command->subcommands != NULL && request->argc > 1) {
        const struct command *sub = command_find_sub(command, request->argv[1]);
        if (sub == NULL) {
            struct slice name = request->argv[1];
            char upper[32];
            (void)upper_name(upper, command->name);
            reply_errorf(client, "ERR unknown subcommand '%.*s'. Try %s HELP.",
                         SLICE_SHOWN(name), upper);
            return NULL;
        }
        parent = command->name;
        bar = "|";
        command = sub;
    }
    if (!command_takes(command, request->argc)) {
        reply_errorf(client,
                     "ERR wrong number of arguments for '%s%s%s' command",
                     parent, bar, command->name);
        return NULL;
    }
    return command;
}

/* A web page can have a browser send a request to any address that the browser
 * reaches, such as a server that listens on the loopback alone. The lines of
 * its head would be unknown commands, and those of its body would be run. No
 * client of ours says these words, and each such request has one of them before
 * its body. */
static bool is_of_http(struct slice name) {
    return slice_is(name, "post") || slice_is(name, "host:");
}

static void leave_browser(struct client *client) {
    static int64_t said_us;
    if (log_due(&said_us)) {
        char address[ADDRESS_MAX];
        address_of_peer(client->conn->watch.fd, address);
        log_warn("possible security attack: %s sends HTTP (POST or Host:), "
                 "perhaps for a web page that wants to run commands here: "
                 "closed",
                 address);
    }
    client_drop(client);
}

void command_run(struct client *client, struct request *request) {
    const struct command *command = command_resolve(client, request);
    if (command == NULL) {
        if (is_of_http(request->argv[0]))
            leave_browser(client);
        return;
    }
    client->last_command = command;
    if (admit(client, command))
        call(client, command, request);
}
