#include "used_memory.h"

#include <malloc.h>

#include "keyspace.h"
#include "slab.h"

static size_t given_by_malloc(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Small blocks lie in slabs, and the heap of the keys counts those that it has
 * given out; malloc has given out the rest. This sum is what maxmemory limits:
 * the free blocks in slabs are room for more. */
size_t used_memory(void) {
    const struct heap *keys = keyspace_heap();
    return keys->bytes + used_memory_beside(keys);
}

size_t active_memory(void) {
    struct mallinfo2 info = mallinfo2();
    return info.arena + info.hblkhd + slab_memory();
}

size_t used_memory_beside(const struct heap *heap) {
    size_t given = given_by_malloc();
    return given > heap->large_bytes ? given - heap->large_bytes : 0;
}
