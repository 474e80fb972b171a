#include "entry_object.h"

#include "entry_block.h"

struct entry *entry_new_object(struct heap *heap, struct slice key,
                               enum type type, void *object) {
    return entry_new_block(heap, key, NULL, type, object);
}

void *entry_object(const struct entry *entry) {
    return block_of(entry);
}

/* The entry is written to only if the address changes: the first write to a
 * page that a forked child shares copies the page. */
void entry_set_object(struct entry *entry, void *object) {
    if (block_of(entry) != object)
        set_block(entry, object);
}
