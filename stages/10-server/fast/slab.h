/* The calls that only a heap of slabs has, beside those of heap.h. */
#ifndef SLAB_H
#define SLAB_H

#include "heap.h"

enum { SLAB_SIZE = 65536 /* bytes, and the alignment */ };

/* Frees all blocks of the heap at once. */
void heap_drop(struct heap *heap);

/* Returns the bytes of all slabs that heaps hold, in whole slabs. Larger blocks
 * are malloc's. */
size_t slab_memory(void);

#endif
