/* When an entry is to go: its expiry, in milliseconds since 1970. */
#ifndef ENTRY_EXPIRY_H
#define ENTRY_EXPIRY_H

#include <stdint.h>

#include "entry.h"

/* The expiry of what stays. All others are positive. */
#define NO_EXPIRY INT64_C(-1)

int64_t entry_expiry(const struct entry *entry);

/* Sets it, or takes it away. Returns where the entry is now: an entry that
 * stays has no room for an expiry. */
struct entry *entry_set_expiry(struct heap *heap, struct entry *entry,
                               int64_t expiry);

#endif
