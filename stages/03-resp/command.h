/* Commands: rows of tables.
 *
 *     name            function       arguments  flags
 *     {"echo",        cmd_echo,      2,         CMD_FAST},
 *     {"client",      NULL,         -2,         CMD_CONTAINER},
 *     {"client|id",   client_id,     2,         0},
 *
 * Each family of commands (a cmd_*.c file) exports one table that ends with a
 * row of zeros; stage.c lists the tables of this stage. A row says how a
 * command is called and what runs it. A subcommand is a row like any other, in
 * whichever table; its name begins with that of its container and a bar.
 *
 * At the start each command, and each subcommand, gets a small number, in the
 * order of the rows. Modules that know more of commands keep it in tables
 * indexed by that number. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "client.h"
#include "reply.h"
#include "resp.h"

/* Facts that the server needs before it runs a command. */
enum command_flags {
    CMD_WRITE = 1 << 0,    /* may change data */
    CMD_READONLY = 1 << 1, /* reads data, changes none */
    CMD_DENYOOM = 1 << 2,  /* may need memory: refused when there is none */
    CMD_ADMIN = 1 << 3,    /* for the owner of the server */
    CMD_PUBSUB = 1 << 4,   /* about messages between clients */
    CMD_NOSCRIPT = 1 << 5, /* not from scripts */
    CMD_BLOCKING = 1 << 6, /* may wait */
    CMD_LOADING = 1 << 7,  /* allowed while data is loaded */
    CMD_STALE = 1 << 8,    /* allowed on a replica without its primary */
    CMD_FAST = 1 << 9,     /* never slower than O(log n) */
    CMD_NO_AUTH = 1 << 10, /* allowed before a client has said who it is */
    CMD_NO_ASYNC_LOADING = 1 << 11,
    CMD_NO_MULTI = 1 << 12, /* not within a transaction */
    CMD_ALLOW_BUSY = 1 << 13,
    CMD_SKIP_SLOWLOG = 1 << 14,  /* what it runs is timed, not it */
    CMD_ASKING = 1 << 15,        /* for servers of a cluster */
    CMD_CONTAINER = 1 << 16,     /* its first argument names a subcommand */
    CMD_MAY_REPLICATE = 1 << 17, /* writes nothing, and yet replicas hear it */
    CMD_ANY_KEYS = 1 << 18,      /* meets keys that it was not asked for */

    /* A client may send it before anything else. */
    CMD_HANDSHAKE = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE | CMD_FAST |
                    CMD_NO_AUTH | CMD_ALLOW_BUSY
};

struct command {
    const char *name; /* lower case */
    /* NULL for a container that does nothing by itself. */
    void (*run)(struct client *client, struct request *request);
    int arity; /* arguments with the name; -n means n or more */
    unsigned flags;
    unsigned number; /* given at the start: command_number() */
};

enum {
    COMMAND_NAME_MAX = 64, /* bytes, with a NUL */
    COMMANDS_MAX = 512     /* subcommands among them: numbers are below it */
};

/* The tables of this stage, followed by NULL. */
extern const struct command *const stage_commands[];

/* Builds the table. Call it once, before any other function here. */
void command_start(void);

/* The number of a command: its place in the table. */
static inline size_t command_number(const struct command *command) {
    return command->number;
}

/* Find a row by its whole name, such as "get" or "client|id"; a command that is
 * not a subcommand; and a subcommand of a container. Names may be in either
 * case. Return NULL if there is none. */
const struct command *command_row(struct slice name);
const struct command *command_find(struct slice name);
const struct command *command_find_sub(const struct command *container,
                                       struct slice name);

static inline bool command_is_sub(const struct command *command) {
    return strchr(command->name, '|') != NULL;
}

/* The number of commands, subcommands not counted. */
size_t command_count(void);

/* Returns true if the command takes that many arguments, its name included. */
bool command_takes(const struct command *command, size_t argc);

/* Finds the command of a request, or the subcommand that it names; NULL if
 * there is none. */
const struct command *command_called(const struct slice *argv, size_t argc);

/* Like command_called(), but also makes the command the client's last one and
 * checks the number of arguments. If there is no such command, or the number is
 * wrong, it replies with the error and returns NULL. */
const struct command *command_resolve(struct client *client,
                                      const struct request *request);

/* The error reply for a wrong number of arguments of the client's last command,
 * by its row or by rules of its own. */
void command_reply_arity(struct client *client);

#endif
