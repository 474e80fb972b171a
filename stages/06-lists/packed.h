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
 * size and no more, a larger one by an eighth. Room is given back only on
 * request. A block belongs to the heap that it was made in.
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

/* Makes an empty block with room for at least so many bytes of elements. */
struct packed *packed_new(struct heap *heap, size_t bytes);
/* Makes a block that holds a copy of a listpack. */
struct packed *packed_from(struct heap *heap, const uint8_t *lp);
/* Copies a block with the room that it has to spare. */
struct packed *packed_copy(struct heap *heap, const struct packed *packed);
void packed_free(struct heap *heap, struct packed *packed);

/* Returns the memory that a block takes. */
static inline size_t packed_memory(const struct packed *packed) {
    return heap_round(sizeof *packed + packed->room);
}

static inline uint8_t *packed_lp(const struct packed *packed) {
    return (uint8_t *)packed->bytes + packed->start;
}

/* Returns the bytes of its listpack. */
static inline size_t packed_bytes(const struct packed *packed) {
    return listpack_bytes(packed_lp(packed));
}

/* Return true if an element of that size can be put in front, or at the end,
 * without a larger block. */
static inline bool packed_has_room_front(const struct packed *packed,
                                         size_t size) {
    return packed->start >= size;
}

static inline bool packed_has_room_back(const struct packed *packed,
                                        size_t size) {
    return packed->room - packed->start - packed_bytes(packed) >= size;
}

/* Put an element in front, or at the end. Return where the block is now. */
struct packed *packed_push_front(struct heap *heap, struct packed *packed,
                                 const struct listpack_element *element);
struct packed *packed_push_back(struct heap *heap, struct packed *packed,
                                const struct listpack_element *element);
/* Remove the first or the last element; there must be one. O(1); the block
 * stays where it is. */
void packed_pop_front(struct packed *packed);
void packed_pop_back(struct packed *packed);

/* Put an element before *place (which may be the end), or in place of the one
 * there. *place becomes the place of the new element. Return where the block is
 * now. */
struct packed *packed_insert(struct heap *heap, struct packed *packed,
                             uint8_t **place,
                             const struct listpack_element *element);
struct packed *packed_replace(struct heap *heap, struct packed *packed,
                              uint8_t **place,
                              const struct listpack_element *element);

/* Removes count elements from *place on; *place is then that of the element
 * that followed them, or the end. The block stays where it is. */
void packed_delete(struct packed *packed, uint8_t **place, size_t count);

/* Give back all room that is not used; packed_trim() does so only if that is
 * more than half of it. Return where the block is now. */
struct packed *packed_fit(struct heap *heap, struct packed *packed);

static inline struct packed *packed_trim(struct heap *heap,
                                         struct packed *packed) {
    if (packed_bytes(packed) >= packed->room / 2)
        return packed;
    return packed_fit(heap, packed);
}

#endif
