/* An ordered index of small items by stream ID: the blocks of a stream, or the
 * pending entries of a group or a consumer.
 *
 *     leaves   | leaf | leaf | leaf | ...      in order, free places at both
 *                 |                            ends of the array
 *              | item item item ... |          up to 64, in order
 *
 * It is a B-tree of two levels, the upper one as wide as necessary. Finding an
 * ID takes one binary search over the leaves and one within a leaf. Nearly
 * always, IDs come at the end and go from the front: there a leaf is full
 * before the next one is begun, and the array of leaves moves so rarely that
 * both cost O(1). In the middle a full leaf is split in two and small
 * neighbours are joined, which moves the array's pointers once in about 32
 * changes: with ten million items, a megabyte of them.
 *
 * Redis has radix trees in its place (rax.c), with IDs as keys of 16 bytes.
 * They are fast for keys in any order, but may take several nodes a key; for
 * the blocks of a stream, stream_tree.h counts them.
 *
 * An item is a struct of a given size that begins with its ID. Items move when
 * others come and go. */
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

/* The place of an item. Good until the next change. */
struct stream_place {
    uint32_t leaf, item;
};

static inline void stream_index_init(struct stream_index *index,
                                     size_t item_size) {
    *index = (struct stream_index){.item_size = (uint32_t)item_size};
}

/* Frees leaves, the last ones first; *most is the number that may be freed, and
 * is counted down. Returns true when the index is empty. */
bool stream_index_free_some(struct heap *heap, struct stream_index *index,
                            size_t *most);
void stream_index_free(struct heap *heap, struct stream_index *index);
/* Copies it into another heap; the items are copied as they are. */
void stream_index_copy(struct heap *to, struct stream_index *copy,
                       const struct stream_index *index);

/* The item with that ID, or NULL. */
void *stream_index_find(const struct stream_index *index, struct stream_id id);

/* The place of the first item whose ID is not smaller. */
struct stream_place stream_index_seek(const struct stream_index *index,
                                      struct stream_id id);
/* The item at a place; NULL past the last one. */
void *stream_index_item(const struct stream_index *index,
                        struct stream_place place);
void stream_index_next(const struct stream_index *index,
                       struct stream_place *place);
/* Steps back. Returns false at the first one. */
bool stream_index_previous(const struct stream_index *index,
                           struct stream_place *place);
/* The last item, or NULL. */
void *stream_index_last(const struct stream_index *index);

/* Adds an item whose ID is not there yet. It is all zeros except for the ID. */
void *stream_index_add(struct heap *heap, struct stream_index *index,
                       struct stream_id id);
/* Removes the item with that ID. Returns false if there is none. */
bool stream_index_remove(struct heap *heap, struct stream_index *index,
                         struct stream_id id);

/* The bytes that it takes. */
size_t stream_index_memory(const struct stream_index *index);

#endif
