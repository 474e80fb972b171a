/* A packed block: a listpack with room to grow, in one allocation.
 *
 *     room  start   [ free | header element element ... 0xFF | free ]
 *
 * The listpack floats in its block: an element that is put in front takes the
 * free bytes before it, and the header, which is short, is written anew before
 * that. So both ends work without moving any element. In the middle, the side
 * of the listpack with fewer bytes is moved.
 *
 * A block that gets too small is replaced by a larger one, so the calls that
 * put something in return where it is. A small block grows to the heap's next
 * size and no more, a larger one by an eighth. Nothing is given back unless
 * asked for. A block belongs to the heap that it was made in.
 *
 * Places (see listpack.h) are good until the next change of the block. */
#ifndef PACKED_H
#define PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "listpack.h"
#include "slice.h"

struct packed {
    uint32_t room;  /* bytes behind this header */
    uint32_t start; /* where in them the listpack begins */
    uint8_t bytes[];
};

/* An empty block with room for so many bytes of elements, or a few more. */
struct packed *packed_new(struct heap *heap, size_t bytes);
/* One that holds a copy of a listpack. */
struct packed *packed_from(struct heap *heap, const uint8_t *lp);
void packed_free(struct heap *heap, struct packed *packed);

static inline uint8_t *packed_lp(const struct packed *packed) {
    return (uint8_t *)packed->bytes + packed->start;
}

/* Bytes of its listpack. */
static inline size_t packed_bytes(const struct packed *packed) {
    return listpack_bytes(packed_lp(packed));
}

/* Returns true if an element of that size can be put in front, or at the end,
 * without a larger block. */
static inline bool packed_has_room_front(const struct packed *packed,
                                         size_t size) {
    return packed->start >= size;
}

static inline bool packed_has_room_back(const struct packed *packed,
                                        size_t size) {
    return packed->room - packed->start - packed_bytes(packed) >= size;
}

/* Puts an element in front or at the end. Returns where the block is now. */
struct packed *packed_push_front(struct heap *heap, struct packed *packed,
                                 const struct listpack_element *element);
struct packed *packed_push_back(struct heap *heap, struct packed *packed,
                                const struct listpack_element *element);
/* Takes the first or the last of them away; there is one. O(1); the block
 * stays where it is. */
void packed_pop_front(struct packed *packed);
void packed_pop_back(struct packed *packed);

/* Puts an element before *place (which may be the end), or in place of the one
 * there. *place is where it stands afterwards. Returns where the block is now.
 */
struct packed *packed_insert(struct heap *heap, struct packed *packed,
                             uint8_t **place,
                             const struct listpack_element *element);
struct packed *packed_replace(struct heap *heap, struct packed *packed,
                              uint8_t **place,
                              const struct listpack_element *element);

/* Takes count elements from *place on away; *place is then the one that
 * followed them, or the end. Does not move the block. */
void packed_delete(struct packed *packed, uint8_t **place, size_t count);

/* Gives back all room that is not used; trim, only when that is more than half
 * of it. Return where the block is now. */
struct packed *packed_fit(struct heap *heap, struct packed *packed);

static inline struct packed *packed_trim(struct heap *heap,
                                         struct packed *packed) {
    if (packed_bytes(packed) >= packed->room / 2)
        return packed;
    return packed_fit(heap, packed);
}

#endif
