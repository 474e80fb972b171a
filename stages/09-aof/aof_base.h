/* The base of an append-only file: all data, as an RDB or, without
 * aof-use-rdb-preamble, as commands that make it. */
#ifndef AOF_BASE_H
#define AOF_BASE_H

#include <stdint.h>

/* Writes it to that path, whole and synced, or leaves what was there. Returns
 * 0, or an errno, after a word in the log. In a child, too: progress hears how
 * many keys are done, or is NULL. */
int aof_base_write(const char *path,
                   void (*progress)(void *context, uint64_t keys));

#endif
