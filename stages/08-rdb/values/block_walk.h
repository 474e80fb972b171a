/* A walk over one of the blocks in which Redis kept small collections before it
 * had listpacks: a ziplist (ziplist.h) or a zipmap (zipmap.h).
 *
 * The bytes come from outside, so the walk checks them as it goes: it reads
 * nothing outside of them, and stops at the first error. It finds the elements
 * that a listpack would have in their place. */
#ifndef BLOCK_WALK_H
#define BLOCK_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "listpack.h"

struct block_walk {
    const uint8_t *bytes;
    size_t len, at;
    size_t before;     /* bytes of the entry before, or 0 */
    size_t count;      /* elements so far */
    const char *wrong; /* what is wrong at that offset, or NULL */
};

static inline struct block_walk block_walk(const uint8_t *bytes, size_t len) {
    return (struct block_walk){.bytes = bytes, .len = len};
}

/* Records what is wrong at the current place. Returns false. */
static inline bool block_walk_wrong(struct block_walk *walk,
                                    const char *wrong) {
    walk->wrong = wrong;
    return false;
}

/* Returns true if that many bytes follow a place, before the byte that ends the
 * block. */
static inline bool block_walk_has(struct block_walk *walk, size_t at,
                                  uint64_t len) {
    if (at + len <= walk->len - 1)
        return true;
    return block_walk_wrong(walk, "an entry goes beyond the end");
}

#endif
