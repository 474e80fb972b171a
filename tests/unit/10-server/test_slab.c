/* Heaps of slabs: whole slabs come back, and whole heaps are dropped. That a
 * block keeps its bytes, test_heap.c sees. */
#include "slab.h"

#include "background.h"
#include "unit.h"

enum { BLOCKS = 2 * HEAP_SMALL };

static struct heap heap;

static bool is_empty(void) {
    return heap.bytes == 0 && heap.slabs == NULL && heap.larges == NULL;
}

static void test_comes_back(void) {
    static void *blocks[BLOCKS];
    size_t before = slab_memory();
    for (size_t size = 1; size < BLOCKS; size++)
        blocks[size] = heap_alloc(&heap, size);
    CHECK(slab_memory() > before);
    for (size_t size = 1; size < BLOCKS; size++)
        heap_free(&heap, blocks[size], size);
    CHECK(is_empty());
    CHECK_INT(slab_memory(), before);
}

/* A small block costs what it holds, and no more than that. */
static void test_close_together(void) {
    char *one = heap_alloc(&heap, 48), *other = heap_alloc(&heap, 48);
    CHECK_INT(other - one, 48);
    heap_free(&heap, one, 48);
    heap_free(&heap, other, 48);
}

static void test_drop(void) {
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++)
            (void)heap_alloc(&heap, (size_t)(i % 2500) + 1);
        heap_drop(&heap);
        CHECK(is_empty());
    }
}

/* A block of megabytes is freed by the other thread: that it was, and once,
 * LeakSanitizer and AddressSanitizer see. */
static void test_huge(void) {
    char *block = heap_alloc(&heap, 3 << 20);
    block[0] = block[(3 << 20) - 1] = 1;
    heap_free(&heap, block, 3 << 20);
    background_stop();
    CHECK(is_empty());
}

int main(void) {
    unit_test("slabs come back", test_comes_back);
    unit_test("blocks of one size lie side by side", test_close_together);
    unit_test("a heap is dropped at once", test_drop);
    unit_test("huge blocks are freed beside the loop", test_huge);
    return unit_end();
}
