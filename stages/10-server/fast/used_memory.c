#include "used_memory.h"

#include <malloc.h>

#include "slab.h"

static size_t given_by_malloc(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Slabs hold what is small; malloc has given the rest. */
size_t used_memory(void) {
    return slab_memory() + given_by_malloc();
}

size_t used_memory_beside(const struct heap *heap) {
    size_t given = given_by_malloc();
    return given > heap->large_bytes ? given - heap->large_bytes : 0;
}
