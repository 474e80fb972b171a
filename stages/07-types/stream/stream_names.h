/* Named things in the order of their names: the groups of a stream, the
 * consumers of a group. An array of pointers with binary search, since there
 * are few of them and new ones are rare. */
#ifndef STREAM_NAMES_H
#define STREAM_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct stream_names {
    void **items; /* each begins with its name, a struct slice */
    uint32_t used, room;
};

/* The item with that name, or NULL. */
void *stream_names_find(const struct stream_names *names, struct slice name);
/* Adds an item whose name is not there yet. */
void stream_names_add(struct heap *heap, struct stream_names *names,
                      void *item);
/* Removes an item that is there. */
void stream_names_remove(struct heap *heap, struct stream_names *names,
                         const void *item);

/* Copy a name into a heap, and free it there. */
struct slice stream_name_new(struct heap *heap, struct slice name);
void stream_name_free(struct heap *heap, struct slice name);

/* The bytes that the array takes. */
size_t stream_names_memory(const struct stream_names *names);

#endif
