#include "used_memory.h"

#include <malloc.h>

size_t used_memory(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

size_t active_memory(void) {
    struct mallinfo2 heap = mallinfo2();
    return heap.arena + heap.hblkhd;
}
