/* The block of an entry, for modules that keep values of other types than
 * strings in entries. */
#ifndef ENTRY_BLOCK_H
#define ENTRY_BLOCK_H

#include "entry_layout.h"

static inline enum layout layout_of(const struct entry *entry) {
    return entry->layout;
}

static inline void *block_of(const struct entry *entry) {
    return entry->value.block;
}

static inline void set_block(struct entry *entry, void *block) {
    entry->value.block = block;
}

#endif
