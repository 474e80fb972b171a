/* Heaps: memory for many small things that belong together.
 *
 * Small blocks are cut from slabs: aligned pieces of SLAB_SIZE bytes, each cut
 * into blocks of one size, a multiple of 8, or of 16 above HEAP_FINE (Bonwick,
 * "The Slab Allocator", USENIX 1994). A block has no header, so 48 bytes cost
 * 48 bytes; the caller gives the size again when it frees it. A larger block
 * comes from malloc and stands in a list of the heap. So a heap can be dropped
 * without looking at its blocks: see slab.h.
 *
 * Only one thread may use a heap at a time; two heaps may be used by two
 * threads. The struct must not move while it has blocks, except to be
 * dropped. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

enum {
    HEAP_FINE = 512,   /* up to here sizes are 8 bytes apart */
    HEAP_SMALL = 2048, /* larger blocks come from malloc */
    HEAP_CLASSES = HEAP_SMALL / 8 + 1
};

struct slab;
struct large;

/* A heap that is all zeros is empty. */
struct heap {
    struct slab *open[HEAP_CLASSES]; /* slabs with room, by size of blocks */
    struct slab *slabs;              /* all of them */
    struct large *larges;
    size_t bytes;       /* given out and not freed, as heap_round() has them */
    size_t large_bytes; /* of these, what malloc has given */
};

/* Returns the size of the block that this many bytes get. All of it may be
 * used. */
size_t heap_round(size_t size);

/* Allocates a block, aligned to 8. Without memory the process ends, so this
 * never returns NULL. */
void *heap_alloc(struct heap *heap, size_t size);

/* Frees a block. The size is the one that was asked for, or one with the same
 * heap_round(). */
void heap_free(struct heap *heap, void *block, size_t size);

/* Replaces a block by one of another size with the same contents. */
void *heap_resize(struct heap *heap, void *block, size_t size, size_t wanted);

#endif
