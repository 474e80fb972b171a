/* The block of an entry, where the layout says that it has one. */
#ifndef ENTRY_BLOCK_H
#define ENTRY_BLOCK_H

#include "entry_layout.h"

static inline enum layout layout_of(const struct entry *entry) {
    return entry->kind & LAYOUT_MASK;
}

static inline void *block_of(const struct entry *entry) {
    void *block;
    memcpy(&block, head_end(entry), sizeof block);
    return block;
}

static inline void set_block(struct entry *entry, void *block) {
    memcpy(head_end(entry), &block, sizeof block);
}

#endif
