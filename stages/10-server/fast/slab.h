/* The calls that only a heap of slabs has, beside those of heap.h. */
#ifndef SLAB_H
#define SLAB_H

#include "heap.h"

enum { SLAB_SIZE = 65536 /* bytes, and the alignment */ };

/* Gives all blocks of the heap back at once. */
void heap_drop(struct heap *heap);

/* Bytes of all slabs that heaps have now, of whole slabs; larger blocks are
 * malloc's. */
size_t slab_memory(void);

#endif
