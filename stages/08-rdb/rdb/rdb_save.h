/* Writes all databases as an RDB file. */
#ifndef RDB_SAVE_H
#define RDB_SAVE_H

#include <stdbool.h>
#include <stdint.h>

/* Is called after each key with the number of keys written. */
typedef void save_progress(uint64_t keys);

/* Writes to an open file, at its current position, as rdbcompression and
 * rdbchecksum say. An AUX field says whether the file begins an append-only
 * file. With sync, most of it is synced while it is written; the caller syncs
 * the rest. progress may be NULL. Returns 0, or an errno. */
int rdb_save(int fd, bool aof_base, bool sync, save_progress *progress);

/* The same to a file that replaces what stands at the path (file_replace.h).
 * Returns false, after a line in the log, on failure; then the old one is
 * complete. */
bool rdb_save_file(const char *path, bool aof_base, bool sync,
                   save_progress *progress);

#endif
