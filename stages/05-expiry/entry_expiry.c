#include "entry_expiry.h"

#include "entry_layout.h"

/* A new entry is all zeros, so in memory 0 stands for NO_EXPIRY. Real expiries
 * are positive. */
int64_t entry_expiry(const struct entry *entry) {
    return entry->expiry != 0 ? entry->expiry : NO_EXPIRY;
}

struct entry *entry_set_expiry(struct heap *heap, struct entry *entry,
                               int64_t expiry) {
    (void)heap;
    entry->expiry = expiry != NO_EXPIRY ? expiry : 0;
    return entry;
}
