/* The steps of loading an RDB file: what rdb_load_some() does for each key. */
#ifndef RDB_LOAD_STEP_H
#define RDB_LOAD_STEP_H

#include "rdb_load.h"
#include "rdb_use.h"

/* A key that was read and is in no database yet. */
struct rdb_loaded {
    struct entry *entry; /* NULL for one that is left out */
    struct key key;      /* the entry's */
    size_t at;           /* offset of its type */
    struct rdb_use use;
};

/* Reads up to the next key, and that. Returns false at the end, and where
 * something is wrong. */
bool rdb_load_read(struct rdb_load *load, struct rdb_loaded *loaded);

/* Adds it to its database; a key that is there already is wrong, or replaced.
 * The entry is the database's, or freed. */
void rdb_load_add(struct rdb_load *load, const struct rdb_loaded *loaded);

/* Brings the checksum up to what was read. */
void rdb_load_sum_up(struct rdb_load *load);

#endif
