#include "packed.h"

#include <assert.h>

enum {
    /* A block with a listpack of 8 KiB, where most lists begin another block:
     * one that grows takes no room beyond this before it needs it. */
    GROWN_MAX = sizeof(struct packed) + 8192,
    SLID_ANYHOW = 512 /* a block so small is slid rather than grown */
};

static size_t block_size(size_t room) {
    return sizeof(struct packed) + room;
}

/* Returns the room of the smallest block for so many bytes: all that the heap
 * gives for them is used. */
static size_t room_exact(size_t bytes) {
    /* The header of a listpack counts in 32 bits. */
    assert(bytes <= UINT32_MAX - 64);
    return heap_round(block_size(bytes)) - sizeof(struct packed);
}

/* Returns the room of a block for so many bytes and an eighth to spare, so that
 * growing moves no more than 8 bytes for each byte that is put in. */
static size_t room_to_spare(size_t bytes) {
    assert(bytes <= UINT32_MAX - 64);
    size_t size = block_size(bytes), more = size + size / 8;
    if (size <= GROWN_MAX && more > GROWN_MAX)
        more = GROWN_MAX;
    more = heap_round(more) - sizeof(struct packed);
    return more < UINT32_MAX ? more : bytes;
}

/* Returns the room to which a full block grows. A small one grows to the heap's
 * next size and no more, since most small blocks are read more often than they
 * grow, and copying so few bytes costs less than looking for a field among
 * them. */
static size_t room_grown(size_t bytes) {
    return block_size(bytes) <= HEAP_SMALL ? room_exact(bytes)
                                           : room_to_spare(bytes);
}

static struct packed *block_new(struct heap *heap, size_t room) {
    struct packed *packed = heap_alloc(heap, block_size(room));
    packed->room = (uint32_t)room;
    packed->start = 0;
    return packed;
}

struct packed *packed_new(struct heap *heap, size_t bytes) {
    struct packed *packed = block_new(heap, room_exact(LISTPACK_EMPTY + bytes));
    listpack_init(packed->bytes);
    return packed;
}

struct packed *packed_from(struct heap *heap, const uint8_t *lp) {
    size_t bytes = listpack_bytes(lp);
    struct packed *packed = block_new(heap, room_exact(bytes));
    memcpy(packed->bytes, lp, bytes);
    return packed;
}

struct packed *packed_copy(struct heap *heap, const struct packed *packed) {
    struct packed *copy = block_new(heap, packed->room);
    memcpy(copy, packed, block_size(packed->room));
    return copy;
}

void packed_free(struct heap *heap, struct packed *packed) {
    heap_free(heap, packed, block_size(packed->room));
}

/* Replaces a block by one with this room, in which the listpack begins at
 * start. */
static struct packed *set_room(struct heap *heap, struct packed *packed,
                               size_t room, size_t start) {
    size_t bytes = listpack_bytes(packed_lp(packed));
    if (start == 0 && bytes > HEAP_SMALL) {
        /* heap_resize() may find a way to do without copying. The listpack
         * goes to the front first, since a smaller block loses its end. */
        memmove(packed->bytes, packed_lp(packed), bytes);
        packed = heap_resize(heap, packed, block_size(packed->room),
                             block_size(room));
    } else {
        struct packed *old = packed;
        packed = block_new(heap, room);
        memcpy(packed->bytes + start, packed_lp(old), bytes);
        packed_free(heap, old);
    }
    packed->room = (uint32_t)room;
    packed->start = (uint32_t)start;
    return packed;
}

/* Moves the listpack within its block. */
static void slide(struct packed *packed, size_t start) {
    uint8_t *lp = packed_lp(packed);
    memmove(packed->bytes + start, lp, listpack_bytes(lp));
    packed->start = (uint32_t)start;
}

/* Makes room for so many bytes in front or behind.
 *
 * If the block has room on its other side, the listpack slides over half of it,
 * or over all of it if the listpack is empty. That serves lists which grow at
 * one end and shrink at the other. At least a sixteenth of the block must be
 * free, so that no more than about 32 bytes are moved for each byte that is put
 * in; otherwise the block grows. Small blocks always slide, since growing would
 * move as much. */
static struct packed *make_room(struct heap *heap, struct packed *packed,
                                size_t size, bool front) {
    size_t bytes = listpack_bytes(packed_lp(packed));
    size_t free = packed->room - bytes, room;
    if (free < size) {
        room = room_grown(bytes + size);
    } else if (block_size(packed->room) <= SLID_ANYHOW ||
               free > packed->room / 16) {
        size_t given = bytes == LISTPACK_EMPTY ? free : free / 2;
        if (given < size)
            given = size;
        slide(packed, front ? given : free - given);
        return packed;
    } else {
        room = room_to_spare(bytes + size);
    }
    return set_room(heap, packed, room, front ? room - bytes : 0);
}

/* Writes the header after elements were added or removed. The count of a
 * listpack that was too large to be counted stays unknown. */
static inline void set_header(uint8_t *lp, size_t bytes, size_t count,
                              size_t came, size_t went) {
    if (count != LISTPACK_UNCOUNTED)
        count += came - went;
    listpack_set_header(lp, bytes, count);
}

struct packed *packed_push_front(struct heap *heap, struct packed *packed,
                                 const struct listpack_element *element) {
    if (!packed_has_room_front(packed, element->size))
        packed = make_room(heap, packed, element->size, true);
    uint8_t *old = packed_lp(packed);
    size_t bytes = listpack_bytes(old), count = listpack_header_count(old);
    /* The header was read: the new one may lie over a part of it. */
    packed->start -= (uint32_t)element->size;
    uint8_t *lp = packed_lp(packed);
    set_header(lp, bytes + element->size, count, 1, 0);
    listpack_write(listpack_first(lp), element);
    return packed;
}

struct packed *packed_push_back(struct heap *heap, struct packed *packed,
                                const struct listpack_element *element) {
    if (!packed_has_room_back(packed, element->size))
        packed = make_room(heap, packed, element->size, false);
    uint8_t *lp = packed_lp(packed);
    uint8_t *behind = listpack_write(listpack_end(lp), element);
    *behind = LISTPACK_END;
    set_header(lp, (size_t)(behind + 1 - lp), listpack_header_count(lp), 1, 0);
    return packed;
}

void packed_pop_front(struct packed *packed) {
    uint8_t *old = packed_lp(packed);
    size_t bytes = listpack_bytes(old), count = listpack_header_count(old);
    size_t size = listpack_size(listpack_first(old));
    packed->start += (uint32_t)size;
    set_header(packed_lp(packed), bytes - size, count, 0, 1);
}

void packed_pop_back(struct packed *packed) {
    uint8_t *lp = packed_lp(packed);
    uint8_t *last = listpack_previous(lp, listpack_end(lp));
    *last = LISTPACK_END;
    set_header(lp, (size_t)(last + 1 - lp), listpack_header_count(lp), 0, 1);
}

/* Makes "added" bytes of the "removed" ones at an offset in a listpack, by
 * moving its shorter side; the caller writes them, and the header, which still
 * has the old size. The offset is then the same, even if the listpack begins
 * elsewhere. Returns where the block is now. */
static struct packed *splice(struct heap *heap, struct packed *packed,
                             size_t offset, size_t removed, size_t added) {
    size_t bytes = listpack_bytes(packed_lp(packed));
    size_t behind = bytes - offset - removed;
    bool front = offset < behind;
    if (added > removed) {
        size_t more = added - removed;
        if (!packed_has_room_front(packed, more) &&
            !packed_has_room_back(packed, more))
            packed = make_room(heap, packed, more, front);
        /* The shorter side may be the one without room. The other is moved
         * then: that costs less than a new block. */
        front = front ? packed_has_room_front(packed, more)
                      : !packed_has_room_back(packed, more);
    }
    uint8_t *lp = packed_lp(packed);
    if (front) {
        packed->start = (uint32_t)(packed->start + removed - added);
        memmove(packed_lp(packed), lp, offset);
    } else
        memmove(lp + offset + added, lp + offset + removed, behind);
    return packed;
}

/* Puts an element where "removed" bytes are, which are one element or none. */
static struct packed *put(struct heap *heap, struct packed *packed,
                          uint8_t **place, size_t removed,
                          const struct listpack_element *element) {
    uint8_t *lp = packed_lp(packed);
    size_t offset = (size_t)(*place - lp);
    size_t bytes = listpack_bytes(lp) - removed + element->size;
    size_t count = listpack_header_count(lp);
    if (removed != element->size)
        packed = splice(heap, packed, offset, removed, element->size);
    lp = packed_lp(packed);
    *place = lp + offset;
    listpack_write(*place, element);
    set_header(lp, bytes, count, removed == 0, 0);
    return packed;
}

struct packed *packed_insert(struct heap *heap, struct packed *packed,
                             uint8_t **place,
                             const struct listpack_element *element) {
    return put(heap, packed, place, 0, element);
}

struct packed *packed_replace(struct heap *heap, struct packed *packed,
                              uint8_t **place,
                              const struct listpack_element *element) {
    return put(heap, packed, place, listpack_size(*place), element);
}

void packed_delete(struct packed *packed, uint8_t **place, size_t count) {
    uint8_t *lp = packed_lp(packed), *behind = *place;
    size_t offset = (size_t)(*place - lp);
    for (size_t i = 0; i < count; i++)
        behind = listpack_next(behind);
    size_t removed = (size_t)(behind - *place);
    size_t bytes = listpack_bytes(lp) - removed;
    size_t told = listpack_header_count(lp);
    /* Nothing is added, so the block stays, and no heap is needed. */
    splice(NULL, packed, offset, removed, 0);
    lp = packed_lp(packed);
    *place = lp + offset;
    set_header(lp, bytes, told, 0, count);
}

struct packed *packed_fit(struct heap *heap, struct packed *packed) {
    size_t room = room_exact(listpack_bytes(packed_lp(packed)));
    if (room >= packed->room)
        return packed;
    return set_room(heap, packed, room, 0);
}
