/* Heaps: every size, blocks that keep their bytes and never overlap, and memory
 * that comes back. */
#include "heap.h"

#include <stdlib.h>

#include "unit.h"

enum { BLOCKS = 2 * HEAP_SMALL };

static struct heap heap, other;

static struct {
    unsigned char *at;
    size_t size;
    unsigned char fill;
} blocks[BLOCKS];

static bool intact(int i) {
    for (size_t k = 0; k < blocks[i].size; k++)
        if (blocks[i].at[k] != blocks[i].fill)
            return false;
    return true;
}

static void fill(int i, size_t size) {
    blocks[i].size = size;
    blocks[i].fill = (unsigned char)rand();
    memset(blocks[i].at, blocks[i].fill, size);
}

static void test_every_size(void) {
    for (size_t size = 1; size < BLOCKS; size++) {
        int i = (int)size;
        blocks[i].at = heap_alloc(&heap, size);
        CHECK((uintptr_t)blocks[i].at % 8 == 0);
        CHECK(heap_round(size) >= size && heap_round(size) < size + 24);
        fill(i, heap_round(size)); /* all of it may be used */
    }
    for (size_t size = 1; size < BLOCKS; size++) {
        CHECK(intact((int)size));
        heap_free(&heap, blocks[size].at, size);
    }
    CHECK_INT((int64_t)heap.bytes, 0);
}

/* Allocates, frees and resizes at random, in two heaps. */
static void test_random_life(void) {
    static struct heap *home[BLOCKS];
    memset(blocks, 0, sizeof blocks);
    for (int step = 0; step < 100000; step++) {
        int i = rand() % BLOCKS;
        size_t size = (size_t)rand() % (rand() % 20 ? 200 : 4000) + 1;
        if (blocks[i].at == NULL) {
            home[i] = rand() % 2 ? &heap : &other;
            blocks[i].at = heap_alloc(home[i], size);
            fill(i, size);
            continue;
        }
        CHECK(intact(i));
        if (rand() % 3 == 0) {
            heap_free(home[i], blocks[i].at, blocks[i].size);
            blocks[i].at = NULL;
        } else {
            blocks[i].at =
                heap_resize(home[i], blocks[i].at, blocks[i].size, size);
            if (size < blocks[i].size)
                blocks[i].size = size;
            CHECK(intact(i));
            fill(i, size);
        }
    }
    for (int i = 0; i < BLOCKS; i++)
        if (blocks[i].at != NULL)
            heap_free(home[i], blocks[i].at, blocks[i].size);
    CHECK_INT((int64_t)(heap.bytes + other.bytes), 0);
}

int main(void) {
    unit_test("blocks of every size are given and taken", test_every_size);
    unit_test("blocks keep their bytes through a random life",
              test_random_life);
    return unit_end();
}
