/* What DEBUG shows of the inside of values and tables. Tests of Redis read some
 * of these texts, so they have its form where ours has such things. */
#ifndef DEBUG_LOOK_H
#define DEBUG_LOOK_H

#include <stdbool.h>

#include "buf.h"
#include "db.h"

/* The listpack of a value that is just one, else NULL. */
const uint8_t *debug_listpack(const struct entry *entry);
/* Prints each element of a listpack on a line of its own: its index, offset and
 * size, and its value. */
void debug_print_listpack(const uint8_t *lp);

/* For a list of several blocks: how many, how full, how large. */
void debug_list(struct buf *out, const struct entry *entry);

/* The hash table of a database: how full its buckets are, and how many keys
 * have a time to live. O(keys). */
void debug_table(struct buf *out, const struct db *db);

#endif
