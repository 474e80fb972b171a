/* How an entry lies in memory.
 *
 *     used, type, layout | key_len | value | expiry | key bytes | short string
 *
 * This is for entry.c and entry_expiry.c; all others use entry.h. */
#ifndef ENTRY_LAYOUT_H
#define ENTRY_LAYOUT_H

#include <stdint.h>

#include "entry.h"

enum layout {
    INT,   /* an integer: value.number */
    EMBED, /* a short string: value.len bytes that follow the key */
    BLOCK  /* anything else: value.block, a block of its own */
};

struct entry {
    unsigned used : 24; /* when it was last used: seconds, modulo 2^24 */
    enum type type : 4;
    enum layout layout : 4;
    uint32_t key_len;
    union {
        int64_t number;
        size_t len;
        void *block;
    } value;
    int64_t expiry; /* or 0: it stays */
    char bytes[];
};

/* The size of the entry itself, without its block. */
size_t entry_size(const struct entry *entry);

/* Makes an entry that owns a block of this type. It keeps what another entry
 * has besides its key and value; with NULL it begins afresh. */
struct entry *entry_new_block(struct heap *heap, struct slice key,
                              const struct entry *like, enum type type,
                              void *block);

#endif
