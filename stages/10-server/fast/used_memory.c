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
    size_t given = given_by_malloc();
    size_t beside = given > keys->large_bytes ? given - keys->large_bytes : 0;
    return keys->bytes + beside;
}

size_t active_memory(void) {
    struct mallinfo2 info = mallinfo2();
    return info.arena + info.hblkhd + slab_memory();
}
