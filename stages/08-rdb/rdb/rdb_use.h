/* What an RDB file tells of the use of a key, before its type: for how long it
 * was idle, or how often it was used, as the memory policy of the server that
 * wrote it needs. RESTORE may tell the same. */
#ifndef RDB_USE_H
#define RDB_USE_H

#include "entry.h"
#include "rdb_writer.h"

struct rdb_use {
    int64_t idle;      /* seconds; -1 if it was not told */
    int64_t frequency; /* 0 to 255; -1 if it was not told */
};

#define RDB_USE_UNTOLD ((struct rdb_use){-1, -1})

void rdb_use_write(struct rdb_writer *writer, const struct entry *entry);

/* Lets an entry that is new begin with that. */
void rdb_use_begin(struct entry *entry, const struct rdb_use *use);

#endif
