/* The inside of values and tables, as DEBUG shows it. Redis's tests parse some
 * of these texts, so where we have the same thing it has the same form. */
#ifndef DEBUG_LOOK_H
#define DEBUG_LOOK_H

#include <stdbool.h>

#include "buf.h"
#include "db.h"

/* The listpack of a value that consists of one; else NULL. */
const uint8_t *debug_listpack(const struct entry *entry);
/* Prints each element of a listpack on a line: its index, offset, size and
 * value. */
void debug_print_listpack(const uint8_t *lp);

/* The hash table of a database: how full its buckets are, and how many keys
 * have an expiry. O(keys). */
void debug_table(struct buf *out, const struct db *db);

#endif
