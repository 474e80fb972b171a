/* The base of an append-only file: all data, as an RDB file. */
#ifndef AOF_BASE_H
#define AOF_BASE_H

#include "file_replace.h"
#include "rdb_save.h"

/* Makes the name of a new base. */
void aof_base_name(char out[static FILE_PATH_MAX], int64_t sequence);

/* Writes the base to that path, complete and synced, or leaves what was there
 * and returns false, after a line in the log. May be called in a child.
 * progress may be NULL. */
bool aof_base_write(const char *path, save_progress *progress);

#endif
