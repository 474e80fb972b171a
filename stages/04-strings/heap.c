#include "heap.h"

#include <stdlib.h>

#include "xalloc.h"

/* glibc's blocks are multiples of 16 bytes, 8 of which are its own. That leaves
 * room for 24, 40, 56 bytes and so on. */
size_t heap_round(size_t size) {
    return size > 24 ? ((size + 7) & ~(size_t)15) + 8 : 24;
}

void *heap_alloc(struct heap *heap, size_t size) {
    heap->bytes += heap_round(size);
    return xmalloc(heap_round(size));
}

void heap_free(struct heap *heap, void *block, size_t size) {
    heap->bytes -= heap_round(size);
    free(block);
}

void *heap_resize(struct heap *heap, void *block, size_t size, size_t wanted) {
    heap->bytes += heap_round(wanted) - heap_round(size);
    return xrealloc(block, heap_round(wanted));
}
