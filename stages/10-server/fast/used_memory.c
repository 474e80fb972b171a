#include "used_memory.h"

#include <malloc.h>

#include "background_free.h"
#include "keyspace.h"
#include "slab.h"
#include "spare.h"

/* The last answer of malloc, which takes a while to find it. */
static struct mallinfo2 info;

static size_t given_by_malloc(void) {
    info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Small blocks lie in slabs, and the heap of the keys counts those that it has
 * given out; malloc has given out the rest. This sum is what maxmemory limits:
 * the free blocks in slabs are room for more, and so are spare blocks. What the
 * other thread is about to free counts as free, or keys would be evicted for it
 * that came after a flush. */
size_t used_memory(void) {
    const struct heap *keys = keyspace_heap();
    /* In this order: what is freed between the two lines is counted too little,
     * not too much. */
    size_t not_beside =
        keys->large_bytes + spare_bytes() + background_free_of_malloc();
    size_t given = given_by_malloc();
    size_t beside = given > not_beside ? given - not_beside : 0;
    return keys->bytes + beside;
}

size_t active_memory(void) {
    return info.arena + info.hblkhd + slab_memory();
}
