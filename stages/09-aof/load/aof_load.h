/* Loads one file of an append-only file: an RDB, commands, or an RDB followed
 * by commands.
 *
 * Commands run as for a client, but their replies are dropped, no key expires,
 * and nothing is propagated. A command that neither changes nor reads data is
 * skipped, with a line in the log. A transaction runs only if its EXEC is
 * there. */
#ifndef AOF_LOAD_H
#define AOF_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aof_reader.h"
#include "rdb_load.h"

struct client;
struct command;

struct aof_load {
    struct aof_reader reader;
    size_t at;
    /* AOF_WHOLE while it goes on; then how it has ended: AOF_NOTHING_LEFT if
     * all is well, AOF_CUT if the last command, or transaction, is not
     * complete, or AOF_DAMAGED. */
    enum aof_parsed end;
    size_t good; /* bytes up to the end of the last complete command or
                    transaction; or where it is damaged */
    char reason[RDB_REASON_SIZE]; /* of AOF_CUT and AOF_DAMAGED */
    uint64_t commands;
    bool in_rdb;
    struct rdb_load rdb;
    /* Private to aof_load.c. */
    size_t exec; /* behind the last EXEC that was looked for and found */
    const struct command *passed_over; /* the last that was; or NULL */
    struct client *client;
};

/* The bytes must not move or change until aof_load_free(). */
void aof_load_start(struct aof_load *load, char *bytes, size_t len);

/* Loads at most that many keys or commands. Returns true when nothing more is
 * to be done. */
bool aof_load_some(struct aof_load *load, size_t most);

void aof_load_free(struct aof_load *load);

#endif
