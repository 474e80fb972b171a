/* The parts of an entry's bytes, for those who look at them. A stage that lays
 * entries out in another way has its own entry_parts.c. */
#ifndef ENTRY_PARTS_H
#define ENTRY_PARTS_H

#include <stddef.h>

#include "entry.h"

struct entry_part {
    const char *name;
    size_t size;
};

enum { ENTRY_PARTS_MAX = 8 };

/* Writes the parts, in the order in which they lie from the entry's address on.
 * Returns the number of parts. */
size_t entry_parts(const struct entry *entry,
                   struct entry_part parts[static ENTRY_PARTS_MAX]);

#endif
