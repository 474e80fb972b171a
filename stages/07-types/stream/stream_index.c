#include "stream_index.h"

#include <assert.h>
#include <string.h>

enum {
    /* The room that the first leaf begins with, and then doubles: most streams
     * have one block, and most consumers have little that is pending. */
    LEAF_LEAST = 1,
    LEAF_MOST = 64,
    LEAF_CRUMB = 16, /* a leaf with fewer items is joined with a neighbour */
    /* The most items of a leaf made from two. The rest is for those to come, or
     * the next one would split it again. */
    LEAF_JOINED = 48,
    LEAVES_LEAST = 1
};

/* A leaf in the array has at least one item, except within a call here. So each
 * leaf has a first ID to search by. */

struct stream_leaf {
    uint32_t used, room; /* items */
    unsigned char items[];
};

static size_t leaf_size(const struct stream_index *index, size_t room) {
    return sizeof(struct stream_leaf) + room * index->item_size;
}

static struct stream_leaf *leaf_at(const struct stream_index *index,
                                   size_t number) {
    return index->leaves[index->first + number];
}

static void *item_at(const struct stream_index *index,
                     const struct stream_leaf *leaf, size_t number) {
    return (void *)(leaf->items + number * index->item_size);
}

/* Each item begins with its ID. */
static struct stream_id id_at(const struct stream_index *index,
                              const struct stream_leaf *leaf, size_t number) {
    return *(const struct stream_id *)item_at(index, leaf, number);
}

static struct stream_leaf *
leaf_new(struct heap *heap, const struct stream_index *index, size_t room) {
    struct stream_leaf *leaf = heap_alloc(heap, leaf_size(index, room));
    leaf->used = 0;
    leaf->room = (uint32_t)room;
    return leaf;
}

static void leaf_free(struct heap *heap, const struct stream_index *index,
                      struct stream_leaf *leaf) {
    heap_free(heap, leaf, leaf_size(index, leaf->room));
}

/* The size of the array of leaves. */

static size_t array_size(size_t room) {
    return room * sizeof(struct stream_leaf *);
}

/* Makes a place free at the end of the array. Leaves that were removed from the
 * front have left free places there; they are reused once they are half of it.
 * So the pointers move only after as many leaves have gone as are left: O(1)
 * for each of them. */
static void make_room(struct heap *heap, struct stream_index *index) {
    if (index->first + index->used < index->room)
        return;
    if (index->first > index->room / 2) {
        memmove(index->leaves, index->leaves + index->first,
                array_size(index->used));
        index->first = 0;
        return;
    }
    size_t room = index->room > 0 ? (size_t)index->room * 2 : LEAVES_LEAST;
    assert(room <= UINT32_MAX / 2);
    if (index->leaves == NULL)
        index->leaves = heap_alloc(heap, array_size(room));
    else
        index->leaves = heap_resize(heap, index->leaves,
                                    array_size(index->room), array_size(room));
    index->room = (uint32_t)room;
}

/* Inserts a leaf into the array. The shorter side moves, if there is a free
 * place on that side. */
static void open_place(struct heap *heap, struct stream_index *index,
                       size_t number, struct stream_leaf *leaf) {
    struct stream_leaf **base;
    if (number < index->used / 2 && index->first > 0) {
        base = index->leaves + --index->first;
        memmove(base, base + 1, array_size(number));
    } else {
        make_room(heap, index);
        base = index->leaves + index->first;
        memmove(base + number + 1, base + number,
                array_size(index->used - number));
    }
    base[number] = leaf;
    index->used++;
}

/* Frees a leaf that has no items; with the last one, also the array. */
static void close_place(struct heap *heap, struct stream_index *index,
                        size_t number) {
    struct stream_leaf **base = index->leaves + index->first;
    leaf_free(heap, index, base[number]);
    index->used--;
    if (number < index->used / 2) {
        memmove(base + 1, base, array_size(number));
        index->first++;
    } else
        memmove(base + number, base + number + 1,
                array_size(index->used - number));
    if (index->used == 0) {
        heap_free(heap, index->leaves, array_size(index->room));
        stream_index_init(index, index->item_size);
    }
}

/* From the end, where nothing else has to move. */
bool stream_index_free_some(struct heap *heap, struct stream_index *index,
                            size_t *most) {
    for (; index->used > 0 && *most > 0; --*most) {
        index->count -= leaf_at(index, index->used - 1)->used;
        close_place(heap, index, index->used - 1);
    }
    return index->used == 0;
}

void stream_index_free(struct heap *heap, struct stream_index *index) {
    size_t most = SIZE_MAX;
    (void)stream_index_free_some(heap, index, &most);
}

void stream_index_copy(struct heap *to, struct stream_index *copy,
                       const struct stream_index *index) {
    stream_index_init(copy, index->item_size);
    copy->count = index->count;
    for (size_t i = 0; i < index->used; i++) {
        const struct stream_leaf *from = leaf_at(index, i);
        struct stream_leaf *leaf = leaf_new(to, copy, from->room);
        leaf->used = from->used;
        memcpy(leaf->items, from->items, (size_t)from->used * index->item_size);
        open_place(to, copy, i, leaf);
    }
}

/* Finding an ID. */

/* The last leaf that begins with this ID or a smaller one; or the first leaf.
 */
static size_t find_leaf(const struct stream_index *index, struct stream_id id) {
    size_t low = 0, high = index->used;
    /* New IDs belong in the last leaf. */
    if (high > 0 &&
        stream_id_compare(id_at(index, leaf_at(index, high - 1), 0), id) <= 0)
        return high - 1;
    /* The leaf is one from low on, and before high. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (stream_id_compare(id_at(index, leaf_at(index, middle), 0), id) <= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The number of items in a leaf that are smaller than this ID. */
static size_t find_in_leaf(const struct stream_index *index,
                           const struct stream_leaf *leaf,
                           struct stream_id id) {
    size_t low = 0, high = leaf->used;
    if (stream_id_compare(id_at(index, leaf, high - 1), id) < 0)
        return high; /* a new ID */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stream_id_compare(id_at(index, leaf, middle), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct stream_place stream_index_seek(const struct stream_index *index,
                                      struct stream_id id) {
    if (index->used == 0)
        return (struct stream_place){0, 0};
    size_t number = find_leaf(index, id);
    const struct stream_leaf *leaf = leaf_at(index, number);
    size_t item = find_in_leaf(index, leaf, id);
    if (item < leaf->used)
        return (struct stream_place){(uint32_t)number, (uint32_t)item};
    /* All of this leaf is smaller, and all of the next one is greater. */
    return (struct stream_place){(uint32_t)number + 1, 0};
}

void *stream_index_item(const struct stream_index *index,
                        struct stream_place place) {
    if (place.leaf >= index->used)
        return NULL;
    return item_at(index, leaf_at(index, place.leaf), place.item);
}

void stream_index_next(const struct stream_index *index,
                       struct stream_place *place) {
    if (++place->item == leaf_at(index, place->leaf)->used)
        *place = (struct stream_place){place->leaf + 1, 0};
}

bool stream_index_previous(const struct stream_index *index,
                           struct stream_place *place) {
    if (place->item > 0) {
        place->item--;
        return true;
    }
    if (place->leaf == 0)
        return false;
    place->leaf--;
    place->item = leaf_at(index, place->leaf)->used - 1;
    return true;
}

void *stream_index_find(const struct stream_index *index, struct stream_id id) {
    void *item = stream_index_item(index, stream_index_seek(index, id));
    if (item != NULL && stream_id_compare(*(struct stream_id *)item, id) == 0)
        return item;
    return NULL;
}

void *stream_index_last(const struct stream_index *index) {
    if (index->used == 0)
        return NULL;
    const struct stream_leaf *leaf = leaf_at(index, index->used - 1);
    return item_at(index, leaf, leaf->used - 1);
}

/* Changing it. */

/* Doubles the room of a leaf. Both bounds of it are powers of two. */
static void double_leaf(struct heap *heap, struct stream_index *index,
                        size_t number) {
    struct stream_leaf **leaf = &index->leaves[index->first + number];
    size_t room = (size_t)(*leaf)->room * 2;
    *leaf = heap_resize(heap, *leaf, leaf_size(index, (*leaf)->room),
                        leaf_size(index, room));
    (*leaf)->room = (uint32_t)room;
}

/* Makes room in a full leaf: gives it a larger block, or moves the items from
 * some place on to a new leaf behind it. These are half of its items, or none
 * if the next item comes at the very end. */
static void grow_leaf(struct heap *heap, struct stream_index *index,
                      size_t number, size_t item) {
    struct stream_leaf *leaf = leaf_at(index, number);
    if (leaf->room < LEAF_MOST) {
        double_leaf(heap, index, number);
        return;
    }
    bool at_end = number + 1 == index->used && item == leaf->used;
    size_t kept = at_end ? leaf->used : leaf->used / 2;
    struct stream_leaf *next = leaf_new(heap, index, LEAF_MOST);
    next->used = (uint32_t)(leaf->used - kept);
    memcpy(next->items, item_at(index, leaf, kept),
           (size_t)next->used * index->item_size);
    leaf->used = (uint32_t)kept;
    open_place(heap, index, number + 1, next);
}

/* Makes a place in a leaf and returns it. */
static void *open_item(struct stream_index *index, struct stream_leaf *leaf,
                       size_t number) {
    unsigned char *item = item_at(index, leaf, number);
    memmove(item + index->item_size, item,
            (leaf->used - number) * index->item_size);
    memset(item, 0, index->item_size);
    leaf->used++;
    index->count++;
    return item;
}

void *stream_index_add(struct heap *heap, struct stream_index *index,
                       struct stream_id id) {
    size_t number = 0, item = 0;
    if (index->used == 0) {
        open_place(heap, index, 0, leaf_new(heap, index, LEAF_LEAST));
    } else {
        number = find_leaf(index, id);
        item = find_in_leaf(index, leaf_at(index, number), id);
    }
    struct stream_leaf *leaf = leaf_at(index, number);
    if (leaf->used == leaf->room) {
        grow_leaf(heap, index, number, item);
        leaf = leaf_at(index, number);
        /* The place is in the new leaf if the old one is still full, or if the
         * items before it have moved there. */
        if (leaf->used == leaf->room || item > leaf->used) {
            item -= leaf->used;
            leaf = leaf_at(index, number + 1);
        }
    }
    void *added = open_item(index, leaf, item);
    memcpy(added, &id, sizeof id);
    return added;
}

/* Joins a leaf with the next one, if either has become small. */
static void join(struct heap *heap, struct stream_index *index, size_t number) {
    struct stream_leaf *leaf = leaf_at(index, number);
    struct stream_leaf *next = leaf_at(index, number + 1);
    size_t used = leaf->used + next->used;
    if ((leaf->used >= LEAF_CRUMB && next->used >= LEAF_CRUMB) ||
        used > LEAF_JOINED)
        return;
    /* Only a leaf of full size is ever split, so where there are two leaves,
     * all have that size. */
    assert(leaf->room == LEAF_MOST);
    memcpy(item_at(index, leaf, leaf->used), next->items,
           (size_t)next->used * index->item_size);
    leaf->used = (uint32_t)used;
    close_place(heap, index, number + 1);
}

/* The next one first: after that, the leaf's own number is still the same. */
static void join_around(struct heap *heap, struct stream_index *index,
                        size_t number) {
    if (number + 1 < index->used)
        join(heap, index, number);
    if (number > 0)
        join(heap, index, number - 1);
}

bool stream_index_remove(struct heap *heap, struct stream_index *index,
                         struct stream_id id) {
    struct stream_place place = stream_index_seek(index, id);
    unsigned char *item = stream_index_item(index, place);
    if (item == NULL ||
        stream_id_compare(*(struct stream_id *)(void *)item, id) != 0)
        return false;
    struct stream_leaf *leaf = leaf_at(index, place.leaf);
    leaf->used--;
    index->count--;
    memmove(item, item + index->item_size,
            (leaf->used - place.item) * index->item_size);
    if (leaf->used == 0)
        close_place(heap, index, place.leaf);
    else if (leaf->used < LEAF_CRUMB)
        join_around(heap, index, place.leaf);
    return true;
}

size_t stream_index_memory(const struct stream_index *index) {
    size_t bytes = index->room > 0 ? heap_round(array_size(index->room)) : 0;
    for (size_t i = 0; i < index->used; i++)
        bytes += heap_round(leaf_size(index, leaf_at(index, i)->room));
    return bytes;
}
