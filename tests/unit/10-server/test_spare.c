/* Spare blocks: who gets them, how many are kept, and for how long. */
#include "spare.h"

#include <pthread.h>
#include <stdlib.h>

#include "background.h"
#include "buf.h"
#include "heap.h"
#include "slab.h"
#include "timer.h"
#include "unit.h"

enum { SIZE = 300000 };

/* Lets a second pass for the timer. */
static void pass_second(void) {
    timer_run_due(timer_next_due_us());
    background_stop(); /* the other thread has freed what it was given */
}

static void test_used_again(void) {
    char *block = malloc(SIZE);
    CHECK(spare_take(SIZE, 2 * SIZE) == NULL);
    CHECK(spare_keep(block));
    CHECK_INT(spare_bytes(), spare_room(block));
    CHECK(spare_take(SIZE, 2 * SIZE) == block);
    CHECK_INT(spare_bytes(), 0);
    /* All of it may be written to again. */
    block[0] = block[SIZE - 1] = 1;
    free(block);
}

static void test_size_fits(void) {
    char *block = malloc(SIZE);
    CHECK(spare_keep(block));
    size_t room = spare_bytes();
    CHECK(spare_take(room + 1, 4 * SIZE) == NULL); /* too small */
    CHECK(spare_take(SIZE / 2, room - 1) == NULL); /* larger than may be */
    CHECK(spare_take(SIZE / 2, room) == block);
    free(block);
}

/* Small blocks are not worth the trouble. */
static void test_small(void) {
    char *block = malloc(SPARE_LEAST / 2);
    CHECK(!spare_keep(block));
    free(block);
}

/* What is put into memory meanwhile must not take its place. */
static void test_first_block(void) {
    struct buf buf = {0};
    buf_append(&buf, "x", 1);
    char *block = buf.block;
    buf_free(&buf);
    CHECK(spare_bytes() >= BUF_BLOCK);
    char *value = malloc(SPARE_LEAST / 4);
    buf_append(&buf, "y", 1);
    CHECK(buf.block == block);
    buf_free(&buf);
    free(value);
    free(spare_take(BUF_BLOCK, 2 * BUF_BLOCK));
}

/* DEBUG REPLYBUFFER keeps first blocks, and knows them by their size. */
static void test_first_size(void) {
    char *larger = malloc(BUF_BLOCK + 4096);
    CHECK(spare_keep(larger));
    struct buf buf = {0};
    buf_append(&buf, "x", 1);
    CHECK(buf.block == larger && buf.room == BUF_BLOCK);
    buf_free(&buf);
    free(spare_take(BUF_BLOCK, 2 * BUF_BLOCK));
}

static void test_limit(void) {
    char *blocks[] = {malloc(SIZE), malloc(SIZE)};
    spare_limit(SIZE + SIZE / 2);
    CHECK(spare_keep(blocks[0]));
    CHECK(!spare_keep(blocks[1]));
    free(blocks[1]);
    spare_limit(SPARE_MOST);
    free(spare_take(SIZE, 2 * SIZE));
}

/* That it was freed, LeakSanitizer sees. */
static void test_goes_in_time(void) {
    CHECK(spare_keep(malloc(SIZE)));
    pass_second();
    CHECK(spare_bytes() > 0);
    pass_second();
    CHECK_INT(spare_bytes(), 0);
    CHECK_INT(timer_next_due_us(), INT64_MAX);
}

/* A string that doubles moves into a spare block of the new size; its old block
 * becomes a spare one. One that grows by little is left to realloc(). */
static void test_grows_into_spare(void) {
    struct heap heap = {0};
    char *small = heap_alloc(&heap, SIZE);
    char *large = heap_alloc(&heap, 2 * SIZE);
    memset(small, 'a', SIZE);
    heap_free(&heap, large, 2 * SIZE);
    char *grown = heap_resize(&heap, small, SIZE, 2 * SIZE);
    CHECK(grown == large);
    CHECK(grown[0] == 'a' && grown[SIZE - 1] == 'a');
    CHECK(heap_alloc(&heap, SIZE) == (void *)small);
    CHECK_INT(spare_bytes(), 0);
    heap_free(&heap, small, SIZE);
    grown = heap_resize(&heap, grown, 2 * SIZE, 2 * SIZE + SIZE / 2);
    CHECK(grown[SIZE - 1] == 'a');
    CHECK(spare_bytes() > 0);
    /* Both neighbours in the heap's list are known still. */
    heap_drop(&heap);
    free(spare_take(SIZE, 2 * SIZE));
}

static void *keep_elsewhere(void *block) {
    CHECK(!spare_keep(block));
    free(block);
    return NULL;
}

static void test_other_thread(void) {
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, keep_elsewhere, malloc(SIZE)), 0);
    CHECK_INT(pthread_join(thread, NULL), 0);
    CHECK_INT(spare_bytes(), 0);
}

int main(void) {
    unit_test("a large block that was freed is used again", test_used_again);
    unit_test("its size must be about right", test_size_fits);
    unit_test("small blocks are malloc's", test_small);
    unit_test("a buffer gets the first block of the one before",
              test_first_block);
    unit_test("the first block of a buffer has one size", test_first_size);
    unit_test("no more is kept than the limit says", test_limit);
    unit_test("what nobody asks for is freed in two seconds",
              test_goes_in_time);
    unit_test("a block that doubles moves into a spare one",
              test_grows_into_spare);
    unit_test("another thread keeps nothing", test_other_thread);
    return unit_end();
}
