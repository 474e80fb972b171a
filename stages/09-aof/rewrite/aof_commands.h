/* Data as the commands that make it, in the form of requests:
 *
 *     a list of 100 elements   RPUSH key e1 ... e64, RPUSH key e65 ... e100
 *     with an expiry           PEXPIREAT key ms
 */
#ifndef AOF_COMMANDS_H
#define AOF_COMMANDS_H

#include "entry.h"
#include "rdb_writer.h"

void aof_commands_select(struct rdb_writer *writer, int database);

/* The commands that make one key. */
void aof_commands_write(struct rdb_writer *writer, const struct entry *entry);

#endif
