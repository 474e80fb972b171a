/* Writes all databases as an RDB file. */
#ifndef RDB_SAVE_H
#define RDB_SAVE_H

#include <stdbool.h>
#include <stdint.h>

/* Hears, after each key, how many are written. */
typedef void save_progress(uint64_t keys);

/* Writes to an open file, from its current place on, as rdbcompression and
 * rdbchecksum say; what was written is flushed to the file, not synced. An AUX
 * tells whether the file begins an append-only file. progress may be NULL.
 * Returns 0, or an errno. */
int rdb_save(int fd, bool aof_base, save_progress *progress);

/* Writes a file of no keys. Returns 0, or an errno. */
int rdb_save_nothing(int fd);

#endif
