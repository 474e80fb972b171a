#include "entry_object.h"

#include "entry_layout.h"

struct entry *entry_new_object(struct heap *heap, struct slice key,
                               enum type type, void *object) {
    struct entry *entry = head_new(heap, key, NULL, sizeof object);
    entry->kind |= (uint8_t)(BLOCK | type << TYPE_SHIFT);
    entry->value_len = sizeof object;
    set_block(entry, object);
    return entry;
}

void *entry_object(const struct entry *entry) {
    return block_of(entry);
}

/* Written only when it changes: a page that a forked child shares is copied by
 * the first write to it. */
void entry_set_object(struct entry *entry, void *object) {
    if (block_of(entry) != object)
        set_block(entry, object);
}
