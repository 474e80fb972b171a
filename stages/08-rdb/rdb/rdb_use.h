/* The use of a key, which an RDB file may give before the type: how long the
 * key was idle, or how often it was used, depending on the memory policy of the
 * server that wrote the file. RESTORE may give the same. */
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

/* Sets the use of a new entry. */
void rdb_use_begin(struct entry *entry, const struct rdb_use *use);

#endif
