/* The bytes that wait to be written to the increment. */
#ifndef AOF_PENDING_H
#define AOF_PENDING_H

#include <stddef.h>

#include "slice.h"

/* What is added from now on stands at the beginning of a file, so SELECT comes
 * first. */
void aof_pending_next_file(void);

/* Adds commands. */
void aof_pending_add(struct slice bytes);

/* Returns everything that waits, valid until more is added. */
struct slice aof_pending_bytes(void);
size_t aof_pending_len(void);

/* Removes that many bytes, which were written, from the front. */
void aof_pending_drop(size_t len);

#endif
