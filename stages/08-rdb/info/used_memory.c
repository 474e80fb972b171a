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

size_t used_memory_beside(const struct heap *heap) {
    size_t used = used_memory();
    return used > heap->bytes ? used - heap->bytes : 0;
}
