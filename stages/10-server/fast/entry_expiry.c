#include "entry_expiry.h"

#include "entry_layout.h"

int64_t entry_expiry(const struct entry *entry) {
    int64_t expiry = NO_EXPIRY;
    if (entry->kind & HEAD_EXPIRES)
        memcpy(&expiry, entry->rest, sizeof expiry);
    return expiry;
}

struct entry *entry_set_expiry(struct heap *heap, struct entry *entry,
                               int64_t expiry) {
    if (expiry == entry_expiry(entry))
        return entry;
    if (expiry != NO_EXPIRY && entry->kind & HEAD_EXPIRES) {
        memcpy(entry->rest, &expiry, sizeof expiry);
        return entry;
    }
    /* The first expiry, and the last one to go, change the entry's size. A
     * block of its own stays where it is; only its address is copied. */
    size_t value_size = entry->value_len;
    struct entry *made = head_new(heap, head_key(entry), expiry, value_size);
    made->kind |= (uint8_t)(entry->kind & ~HEAD_FLAGS);
    made->value_len = entry->value_len;
    memcpy(made->used, entry->used, sizeof made->used);
    memcpy(head_end(made), head_end(entry), value_size);
    heap_free(heap, entry, head_size(entry) + value_size);
    return made;
}
