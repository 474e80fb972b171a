/* Commands: rows of tables.
 *
 * Each family of commands (a cmd_*.c file) exports one table that ends with a
 * row of zeros; commands.c lists the tables of this stage. A row says all that
 * is known of a command: how it is called, which arguments are keys, what runs
 * it, and what COMMAND DOCS tells of it. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "client.h"
#include "key_spec.h"
#include "reply.h"
#include "resp.h"

/* In the order in which COMMAND INFO names them. */
enum command_flags {
    CMD_WRITE = 1 << 0,    /* may change data */
    CMD_READONLY = 1 << 1, /* reads data, changes none */
    CMD_DENYOOM = 1 << 2,  /* may need memory: refused when there is none */
    CMD_ADMIN = 1 << 3,
    CMD_PUBSUB = 1 << 4,
    CMD_NOSCRIPT = 1 << 5, /* not from scripts */
    CMD_BLOCKING = 1 << 6, /* may wait */
    CMD_LOADING = 1 << 7,  /* allowed while data is loaded */
    CMD_STALE = 1 << 8,    /* allowed on a replica without its primary */
    CMD_SKIP_MONITOR = 1 << 9,
    CMD_SKIP_SLOWLOG = 1 << 10,
    CMD_FAST = 1 << 11,    /* never slower than O(log n) */
    CMD_NO_AUTH = 1 << 12, /* allowed before AUTH */
    CMD_NO_ASYNC_LOADING = 1 << 13,
    CMD_NO_MULTI = 1 << 14, /* not within a transaction */
    CMD_ALLOW_BUSY = 1 << 15,
    CMD_MOVABLE_KEYS = 1 << 16,
    CMD_CONNECTION = 1 << 17, /* not shown: belongs to category @connection */
    CMD_DANGEROUS = 1 << 18,  /* not shown: belongs to category @dangerous */
    CMD_KEYSPACE = 1 << 19,   /* not shown: belongs to category @keyspace */
    CMD_OWNERS = 1 << 20,     /* not shown: belongs to category @admin */
    /* Not shown: belongs to the categories of all collections, not to that of
     * its group. */
    CMD_COLLECTIONS = 1 << 21
};

enum { COMMAND_KEY_SPECS = 3 };

struct command {
    const char *name; /* lower case */
    void (*run)(struct client *client, struct request *request);
    int arity; /* with the name itself; negative: at least so many */
    unsigned flags;
    struct key_spec keys[COMMAND_KEY_SPECS];
    /* What COMMAND DOCS says: "string", "1.0.0", "O(1)", a sentence, and the
     * arguments as a manual writes them: "key value [NX | XX] [GET]". */
    const char *group, *since, *complexity, *summary, *syntax;
    /* Tables of its subcommands, with NULL behind the last; or NULL. */
    const struct command *const *subcommands;
    /* For proxies in front of many servers: what the reply depends on, and how
     * those of several servers become one. Words, or NULL. */
    const char *tips;
};

/* The tables of this stage, with NULL behind the last. */
extern const struct command *const command_families[];

void command_start(void);
void command_stop(void);

/* Finds a command by its name, in capitals or not; NULL if there is none. */
const struct command *command_find(struct slice name);
/* The same among the subcommands of one. */
const struct command *command_find_sub(const struct command *container,
                                       struct slice name);

/* The subcommand with that number, from 0; NULL when there are no more. */
const struct command *command_sub(const struct command *container,
                                  size_t number);

/* The command of which this row is a subcommand, or NULL. */
const struct command *command_container(const struct command *sub);

size_t command_count(void);

/* Whether that many arguments, the name among them, are allowed. */
bool command_takes(const struct command *command, size_t argc);

/* Finds the command of a request, or the subcommand that it names, and checks
 * the number of arguments. Returns NULL after the error reply. */
const struct command *command_resolve(struct client *client,
                                      const struct request *request);

/* <command> HELP: each subcommand of the command with its arguments. */
void command_help(struct client *client, struct request *request);

/* Runs a request: resolves it, asks whether the client may run it now, and
 * calls the command. Gives exactly one reply, unless it leaves the client. */
void command_run(struct client *client, struct request *request);

#endif
