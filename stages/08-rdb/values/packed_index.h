/* A hash table over elements of a listpack, for those who look for many values
 * in one: each search from the beginning would walk over half of it.
 *
 * Making the table costs about as much as ten such searches. It does not own
 * the listpack, which must not change meanwhile. */
#ifndef PACKED_INDEX_H
#define PACKED_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "listpack.h"
#include "string_hash.h"

/* The greatest number of places for which the quick hash is used, and its bits.
 * That is enough for 1,024 elements, and by default no listpack of a set, hash
 * or sorted set has more than 512. */
enum { PACKED_INDEX_BITS = 11, PACKED_INDEX_QUICK = 1 << PACKED_INDEX_BITS };

/* The places hold the offsets of elements; 0 is a free place. */
struct packed_index {
    const uint8_t *lp;
    uint32_t *offsets;
    size_t mask;
};

/* Makes an empty table for so many elements of a listpack. */
void packed_index_init(struct packed_index *index, const uint8_t *lp,
                       size_t count);
void packed_index_free(struct packed_index *index);

/* Adds the element at a place. Returns false if an equal one is there. */
bool packed_index_add(struct packed_index *index, const uint8_t *place);

/* A hash of the first and last eight bytes of an element, its length at the end
 * included. It takes 18 instructions, the keyed hash 131. A client can choose
 * elements that collide, but in a small table that costs at most 1024
 * comparisons per element, and for a large one the keyed hash is used. A short
 * element is hashed whole; the bytes in front of it belong to the element
 * before it, or to the header, so reading them is safe. */
static inline uint64_t packed_index_hash(const uint8_t *place, size_t size) {
    uint64_t front = 0, back;
    memcpy(&back, place + size - sizeof back, sizeof back);
    if (size < sizeof back)
        back >>= 8 * (sizeof back - size);
    else
        memcpy(&front, place, sizeof front);
    /* The multiplication carries each bit upwards, so the top bits depend on
     * all. */
    return (front * 31 ^ back) * UINT64_C(0x9e3779b97f4a7c15) >>
           (64 - PACKED_INDEX_BITS);
}

/* Returns the place in the table of an equal element, or the free one where it
 * would be. The bytes are those of a whole element, its length behind included,
 * and eight bytes in front of them must be readable, too. */
static inline uint32_t *packed_index_find(const struct packed_index *index,
                                          const uint8_t *element, size_t size) {
    uint64_t hash = index->mask < PACKED_INDEX_QUICK
                        ? packed_index_hash(element, size)
                        : string_hash((struct slice){(char *)element, size});
    size_t at = hash & index->mask;
    for (; index->offsets[at] != 0; at = (at + 1) & index->mask) {
        const uint8_t *other = index->lp + index->offsets[at];
        if (listpack_size(other) == size && memcmp(other, element, size) == 0)
            break;
    }
    return &index->offsets[at];
}

#endif
