/* An ordered index of small items by stream ID: the blocks of a stream, and
 * what is pending for a group or for a consumer.
 *
 *     leaves   | leaf | leaf | leaf | ...      in order, free places at both
 *                 |                            ends of the array
 *              | item item item ... |          up to 64, in order
 *
 * It is a B-tree of two levels whose upper one is as wide as it has to be. To
 * find an ID is one binary search over the leaves and one within a leaf. IDs
 * come at the end and go from the front, nearly always: there a leaf is full
 * before the next one is begun, and the array of leaves moves so seldom that
 * both cost O(1). In the middle, a leaf that is full is parted in two and
 * small neighbours are joined, which moves pointers once in some 32 changes:
 * with ten million items, a megabyte of them.
 *
 * An item is a struct of a size that the index is told, with its ID in front.
 * Items move when others come and go. */
#ifndef STREAM_INDEX_H
#define STREAM_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "stream_id.h"

struct stream_leaf;

struct stream_index {
    struct stream_leaf **leaves; /* NULL before the first item */
    uint32_t first, used, room;  /* of the array; places */
    uint32_t item_size;          /* a multiple of 8 */
    size_t count;                /* items */
};

/* Where an item stands. Good until the next change. */
struct stream_place {
    uint32_t leaf, item;
};

static inline void stream_index_init(struct stream_index *index,
                                     size_t item_size) {
    *index = (struct stream_index){.item_size = (uint32_t)item_size};
}

/* Frees so many leaves, the last ones first; *most is how many more might have
 * been. Returns whether nothing is left: then the index is empty. */
bool stream_index_free_some(struct heap *heap, struct stream_index *index,
                            size_t *most);
void stream_index_free(struct heap *heap, struct stream_index *index);
/* Makes a copy in another heap, items as they are. */
void stream_index_copy(struct heap *to, struct stream_index *copy,
                       const struct stream_index *index);

/* The item with that ID, or NULL. */
void *stream_index_find(const struct stream_index *index, struct stream_id id);

/* Where the first item stands whose ID is not smaller. */
struct stream_place stream_index_seek(const struct stream_index *index,
                                      struct stream_id id);
/* The item at a place; NULL behind the last one. */
void *stream_index_item(const struct stream_index *index,
                        struct stream_place place);
void stream_index_next(const struct stream_index *index,
                       struct stream_place *place);
/* Returns false at the first one. */
bool stream_index_previous(const struct stream_index *index,
                           struct stream_place *place);
/* The last item, or NULL. */
void *stream_index_last(const struct stream_index *index);

/* Adds an item whose ID is not there yet, all zeros but for the ID. */
void *stream_index_add(struct heap *heap, struct stream_index *index,
                       struct stream_id id);
/* Removes the item with that ID. Returns whether it was there. */
bool stream_index_remove(struct heap *heap, struct stream_index *index,
                         struct stream_id id);

/* Bytes that it takes. */
size_t stream_index_memory(const struct stream_index *index);

#endif
