#include "used_memory.h"

#include <malloc.h>

#include "slab.h"

/* Slabs hold what is small; malloc has given the rest. */
size_t used_memory(void) {
    struct mallinfo2 heap = mallinfo2();
    return slab_memory() + heap.uordblks + heap.hblkhd;
}
