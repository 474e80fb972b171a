/* How an entry keeps its value, in the bits of kind that entry_head.h leaves.
 *
 * For entry.c, and for whoever keeps values in entries that are no strings. */
#ifndef ENTRY_LAYOUT_H
#define ENTRY_LAYOUT_H

#include "entry_head.h"

enum layout {
    INT,   /* a 64-bit integer, 8 bytes */
    EMBED, /* value_len bytes */
    BLOCK, /* the address of a block of its own, 8 bytes */
    LAYOUT_MASK = 3
};

enum {
    RAW = 4,        /* an EMBED that OBJECT ENCODING calls raw */
    TYPE_SHIFT = 3, /* three bits: enum type */
    TYPE_MASK = 7
};

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
