/* Named things in the order of their names: the groups of a stream, the
 * consumers of a group.
 *
 * They are a treap: a binary tree in which names go from left to right, and
 * random weights never grow from a node to what is below it. Such a tree looks
 * as if its nodes had come in a random order, whatever the order in which they
 * came, so its depth is O(log N), and so is each step here. (R. Seidel,
 * C. Aragon, "Randomized search trees", Algorithmica 16, 1996.) */
#ifndef STREAM_NAMES_H
#define STREAM_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"

/* What each named thing begins with. */
struct stream_name {
    struct slice text;
    struct stream_name *before, *after; /* the trees on both sides */
    uint64_t weight;
};

struct stream_names {
    struct stream_name *root;
    uint32_t used;
};

/* The item with that name, or NULL. */
void *stream_names_find(const struct stream_names *names, struct slice name);
/* Adds an item whose name is not there yet. Nothing but its text is set. */
void stream_names_add(struct stream_names *names, void *item);
/* Removes an item that is there. */
void stream_names_remove(struct stream_names *names, const void *item);

/* The item that follows this one, or NULL after the last. The one that follows
 * NULL is the first. */
void *stream_names_next(const struct stream_names *names, const void *item);
/* The item whose name is the last. There must be one. */
void *stream_names_last(const struct stream_names *names);

/* Copy a name into a heap, and free it there. */
struct slice stream_name_new(struct heap *heap, struct slice name);
void stream_name_free(struct heap *heap, struct slice name);

#endif
