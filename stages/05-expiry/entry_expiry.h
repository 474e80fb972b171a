/* The expiry of an entry: when it is to go, in milliseconds since 1970. */
#ifndef ENTRY_EXPIRY_H
#define ENTRY_EXPIRY_H

#include <stdint.h>

#include "entry.h"

/* The expiry of an entry that stays. All others are positive. */
#define NO_EXPIRY INT64_C(-1)

int64_t entry_expiry(const struct entry *entry);

/* Sets the expiry, or removes it. Returns where the entry is now: one without
 * an expiry need not have room for it. */
struct entry *entry_set_expiry(struct heap *heap, struct entry *entry,
                               int64_t expiry);

#endif
