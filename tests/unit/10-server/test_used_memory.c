/* The memory in use: blocks that were given out, and no slabs. */
#include "used_memory.h"

#include "keyspace.h"
#include "slab.h"
#include "unit.h"

static void test_first_block(void) {
    enum { SIZE = 48 };
    size_t used = used_memory(), slabs = slab_memory();
    void *block = heap_alloc(keyspace_heap(), SIZE);
    CHECK_INT((int64_t)(used_memory() - used), SIZE);
    CHECK_INT((int64_t)(slab_memory() - slabs), SLAB_SIZE);
    heap_free(keyspace_heap(), block, SIZE);
    CHECK_INT((int64_t)used_memory(), (int64_t)used);
}

int main(void) {
    unit_test("a block is in use, and not the slab around it",
              test_first_block);
    return unit_end();
}
