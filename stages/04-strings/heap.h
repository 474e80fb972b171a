/* Heaps: memory that belongs together, and how much of it there is.
 *
 * The memory is malloc's. A heap counts what was taken from it and not given
 * back. To free a block the caller says its size, so a block has no header but
 * malloc's own.
 *
 * A heap belongs to one thread at a time; two threads may use two heaps. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/* All zeros is an empty heap. */
struct heap {
    size_t bytes; /* given out and not freed, as heap_round() has them */
};

enum { HEAP_SMALL = 2048 /* blocks up to here are small ones */ };

/* Returns the size of the block that holds this many bytes. All of it may be
 * used. */
size_t heap_round(size_t size);

/* Never fails: without memory the process ends. Blocks are aligned to 8
 * bytes. */
void *heap_alloc(struct heap *heap, size_t size);

/* Frees a block. size is the one that was asked for, or one with the same
 * heap_round(). */
void heap_free(struct heap *heap, void *block, size_t size);

/* Moves a block of one size to one of another, with its contents. */
void *heap_resize(struct heap *heap, void *block, size_t size, size_t wanted);

#endif
