/* A walk over one of the blocks in which Redis kept small collections before it
 * had listpacks: a ziplist (ziplist.c) or a zipmap (zipmap.c).
 *
 * The bytes come from outside, so the walk checks them as it goes: it reads
 * nothing outside of them, and stops at the first error. It finds the elements
 * that a listpack would have in their place. */
#ifndef BLOCK_WALK_H
#define BLOCK_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "listpack.h"

enum { BLOCK_END = 0xff, ZIPLIST_HEADER = 10, ZIPMAP_HEADER = 1 };

struct block_walk {
    const uint8_t *bytes;
    size_t len, at;
    size_t before;     /* bytes of the entry before, or 0 */
    size_t count;      /* elements so far */
    const char *wrong; /* what is wrong at that offset, or NULL */
};

/* Records what is wrong at the current place. Returns false. */
static inline bool block_walk_wrong(struct block_walk *walk,
                                    const char *wrong) {
    walk->wrong = wrong;
    return false;
}

/* Begins a walk behind a header of that size. Returns false if the block cannot
 * hold it, or lacks its end. */
static inline bool block_walk_start(struct block_walk *walk,
                                    const uint8_t *bytes, size_t len,
                                    size_t header) {
    *walk = (struct block_walk){.bytes = bytes, .len = len};
    if (len < header + 1)
        return block_walk_wrong(walk, "it is shorter than an empty one");
    /* With an end where it is due, each step may read one byte more without
     * asking whether it is there. */
    walk->at = len - 1;
    if (bytes[walk->at] != BLOCK_END)
        return block_walk_wrong(walk, "the end is missing");
    walk->at = header;
    return true;
}

/* Returns true if that many bytes follow a place, before the byte that ends the
 * block. */
static inline bool block_walk_has(struct block_walk *walk, size_t at,
                                  uint64_t len) {
    if (at + len <= walk->len - 1)
        return true;
    return block_walk_wrong(walk, "an entry goes beyond the end");
}

/* The next element; of a zipmap a field or its value in turn. Returns false
 * behind the last one, and when something is wrong, which the walk then
 * says. */
bool ziplist_next(struct block_walk *walk, struct listpack_element *element);
bool zipmap_next(struct block_walk *walk, struct listpack_element *element);

#endif
