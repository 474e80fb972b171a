/* The base of an append-only file: all data, as an RDB or, without
 * aof-use-rdb-preamble, as commands that make it. */
#ifndef AOF_BASE_H
#define AOF_BASE_H

#include "rdb_save.h"

/* Writes it to that path, whole and synced, or leaves what was there. Returns
 * 0, or an errno, after a word in the log. In a child, too; progress may be
 * NULL. */
int aof_base_write(const char *path, save_progress *progress);

#endif
