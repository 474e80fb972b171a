/* The base of an append-only file: all data, as an RDB file. */
#ifndef AOF_BASE_H
#define AOF_BASE_H

#include <inttypes.h>
#include <stdio.h>

#include "aof_config.h"
#include "file_replace.h"
#include "rdb_save.h"

/* Makes the name of a new base. */
static inline void aof_base_name(char out[static FILE_PATH_MAX],
                                 int64_t sequence) {
    (void)snprintf(out, FILE_PATH_MAX, "%s.%" PRId64 ".base.rdb",
                   aof_config.appendfilename, sequence);
}

/* Writes the base to that path, complete and synced, or leaves what was there
 * and returns false, after a line in the log. May be called in a child.
 * progress may be NULL. */
static inline bool aof_base_write(const char *path, save_progress *progress) {
    return rdb_save_file(path, true, aof_config.sync_rewrite, progress);
}

#endif
