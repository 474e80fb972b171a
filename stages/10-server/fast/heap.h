/* Heaps: memory for many small things that belong together.
 *
 * Small blocks are cut from slabs: aligned pieces of SLAB_SIZE bytes, each cut
 * into blocks of one size, a multiple of 8, or of 16 above HEAP_FINE (Bonwick,
 * "The Slab Allocator", USENIX 1994). A block has no header, so 48 bytes cost
 * 48 bytes; the size is given again when it is freed. A larger block comes from
 * malloc and stands in a list of the heap. So a heap can be dropped without a
 * look at its blocks: see slab.h.
 *
 * A heap belongs to one thread at a time; two heaps may be used by two
 * threads. The struct stays where it is while it has blocks, except to be
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

/* All zeros is an empty heap. */
struct heap {
    struct slab *open[HEAP_CLASSES]; /* slabs with room, by size of blocks */
    struct slab *slabs;              /* all of them */
    struct large *larges;
    size_t bytes;       /* given out and not freed, as heap_round() has them */
    size_t large_bytes; /* of these, what malloc has given */
};

/* The size of the block that holds this many bytes. All of it may be used. */
size_t heap_round(size_t size);

/* Never fails: without memory the process ends. Aligned to 8. */
void *heap_alloc(struct heap *heap, size_t size);

/* The size is the one that was asked for, or one with the same heap_round. */
void heap_free(struct heap *heap, void *block, size_t size);

/* Moves a block to one of another size, contents and all. */
void *heap_resize(struct heap *heap, void *block, size_t size, size_t wanted);

#endif
