/* A walk over one of the blocks in which Redis kept small collections before
 * there were listpacks: a ziplist (ziplist.h) or a zipmap (zipmap.h).
 *
 * The bytes come from outside, so that the walk checks as it goes: it reads
 * nothing beyond them and stops at the first thing that is wrong. It
 * finds the elements that a listpack would have in their place. */
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

/* Says what is wrong where the walk is. Returns false. */
static inline bool block_walk_wrong(struct block_walk *walk,
                                    const char *wrong) {
    walk->wrong = wrong;
    return false;
}

static inline size_t block_walk_left(const struct block_walk *walk) {
    return walk->len - walk->at;
}

#endif
