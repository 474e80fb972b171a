/* Loads an RDB file into the databases. These need not be empty, but a key that
 * exists already is an error.
 *
 * A file is loaded some keys at a time, so that the server can tell its clients
 * meanwhile that it is loading:
 *
 *     rdb_load_start(&load, bytes, len);
 *     while (!rdb_load_some(&load, 1000))
 *         ...
 *     if (load.reader.wrong) ... offset and reason ... */
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
    bool ended;     /* EOF was met; reader.at is behind the checksum */
    /* What was read before the type of the next key. */
    int64_t expiry;
    struct rdb_use use;
    struct rdb_string key;
    uint64_t sum; /* of the bytes up to summed */
    size_t summed;
};

/* The bytes must not move until rdb_load_free(). This checks magic and version.
 * The CRC, if there is one, is checked at the end, unless check is made false
 * after this call. now_ms is 0, so that keys which have expired are loaded,
 * unless it is set then. */
void rdb_load_start(struct rdb_load *load, const void *bytes, size_t len);

/* Loads that many keys. Returns true when nothing more is to be done:
 * everything is loaded, or something is wrong. */
bool rdb_load_some(struct rdb_load *load, size_t keys);
void rdb_load_free(struct rdb_load *load);

/* The steps of rdb_load_some(). */

/* A key that was read but is not in a database yet. */
struct rdb_loaded {
    struct entry *entry; /* NULL for one that is left out */
    struct key key;      /* the entry's */
    size_t at;           /* offset of its type */
    struct rdb_use use;
};

/* Reads up to the next key, and the key. Returns false at the end, and if
 * something is wrong. */
bool rdb_load_read(struct rdb_load *load, struct rdb_loaded *loaded);

/* Adds a key to its database. One that exists already is an error, or replaced.
 * The entry belongs to the database then, or is freed. */
void rdb_load_add(struct rdb_load *load, const struct rdb_loaded *loaded);

/* Updates the checksum with what was read. */
void rdb_load_sum_up(struct rdb_load *load);

#endif
