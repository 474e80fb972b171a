/* Loads an RDB file into the databases, which need not be empty: a key that is
 * there already is wrong.
 *
 * A file is loaded some keys at a time, so that a server that is loading can
 * say so to its clients:
 *
 *     rdb_load_start(&load, bytes, len);
 *     while (!rdb_load_some(&load, 1000))
 *         ...
 *     if (load.reader.wrong) ... offset and reason ...
 */
#ifndef RDB_LOAD_H
#define RDB_LOAD_H

#include "db.h"
#include "rdb_reader.h"
#include "rdb_use.h"

struct rdb_load {
    struct rdb_reader reader;
    unsigned version;
    int database;
    uint64_t keys, expired, empty; /* loaded; left out for each reason */
    bool check;                    /* the checksum; rdbchecksum */
    bool merge;     /* a key that is there already is replaced, not wrong */
    int64_t now_ms; /* keys that were over by then are left out */
    int64_t made_s; /* when the file was made, or 0; from its AUX fields */
    bool aof_base;  /* the file says that it begins an append-only file */
    bool ended;     /* EOF was met; reader.at is behind the checksum */
    /* Of the key to come: these stand before its type. */
    int64_t expiry;
    struct rdb_use use;
    struct rdb_string key;
    uint64_t sum; /* of the bytes up to summed */
    size_t summed;
};

/* The bytes stay where they are until rdb_load_free(). Magic and version are
 * looked at in here, the CRC, if there is one, at the end: unless check is made
 * false after this call. now_ms is 0, so that keys which were over are loaded,
 * unless it is set then, too. */
void rdb_load_start(struct rdb_load *load, const void *bytes, size_t len);

/* Loads that many keys. Returns true when there is nothing more to do: all is
 * loaded, or something is wrong. */
bool rdb_load_some(struct rdb_load *load, size_t keys);
void rdb_load_free(struct rdb_load *load);

/* The steps of rdb_load_some(). */

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
