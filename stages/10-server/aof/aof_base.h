/* The base of an append-only file: all data, as an RDB, or as the commands that
 * create them:
 *
 *     a list of 100 elements   RPUSH key e1 ... e64, RPUSH key e65 ... e100
 *     with an expiry           PEXPIREAT key ms
 *
 * This is what aof-use-rdb-preamble decides. */
#ifndef AOF_BASE_H
#define AOF_BASE_H

#include "file_replace.h"
#include "rdb_save.h"

/* Makes the name of a new base; or of one that is an RDB, or else commands. */
void aof_base_name(char out[static FILE_PATH_MAX], int64_t sequence);
void aof_base_name_of(char out[static FILE_PATH_MAX], int64_t sequence,
                      bool rdb);

/* Writes the base to that path, complete and synced, or leaves what was there
 * and returns false, after a line in the log. May be called in a child.
 * progress may be NULL. */
bool aof_base_write(const char *path, save_progress *progress);

#endif
