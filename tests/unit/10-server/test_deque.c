/* Lists of which the inner blocks are compressed. */
#include "deque.h"
#include "list_compress.h"

/* Its random steps do for these lists, too. */
#define main lists_main
#include "../06-lists/test_list.c"
#undef main

static void begin(int64_t limit, int64_t depth) {
    list_max_listpack_size = limit;
    list_compress_depth = depth;
}

static void test_depths(void) {
    for (int64_t depth = 1; depth <= 3; depth++)
        for (int i = 0; i < LIMITS; i++) {
            begin(limits[i], depth);
            walk(8000, 58);
        }
    begin(-2, 0);
}

static void step(void) {
    static void (*const steps[])(void) = {
        do_push,   do_push, do_push, do_pop,    do_set,
        do_insert, do_cut,  do_copy, do_remove, do_append};
    if (rand() % 100 == 0)
        list_compress_depth = rand() % 4;
    change_limit();
    if (len + 1 < MOST)
        steps[(size_t)rand() % (sizeof steps / sizeof *steps)]();
    else
        do_pop();
}

/* The depth is another one every now and then. */
static void test_depth_changes(void) {
    changes_limit = true;
    list = list_new(&heap);
    for (int i = 0; i < 40000; i++) {
        step();
        if (i % 500 == 0)
            check_all();
    }
    check_all();
    while (len > 0)
        model_remove(len - 1);
    end();
    changes_limit = false;
    begin(-2, 0);
}

/* The number of blocks that are kept in less memory than they need. */
static size_t compressed(void) {
    const struct deque *deque = (const struct deque *)list;
    size_t count = 0;
    for (size_t i = 0; i < list_blocks(list); i++) {
        const struct packed *block = ring_at(deque, i)->block;
        count += packed_memory(block) < packed_bytes(block);
    }
    return count;
}

static void check_compressed(size_t blocks, size_t due) {
    CHECK_INT(list_blocks(list), blocks);
    CHECK_INT(compressed(), due);
}

/* Blocks of ten values of 100 bytes. */
static void test_which(void) {
    for (size_t depth = 1; depth <= 3; depth++) {
        begin(10, (int64_t)depth);
        fill(200, 100, depth == 2 ? LIST_HEAD : LIST_TAIL);
        check_compressed(20, 20 - 2 * depth);
        size_t bytes = heap.bytes;
        CHECK(bytes < 2 * depth * 1100 + 20 * 120);
        CHECK_INT(list_memory(list), bytes);
        /* Reading changes nothing. */
        char scratch[NUMBER_I64_MAX_TEXT];
        for (int64_t i = 0; i < 200; i++) {
            struct list_cursor cursor = list_seek(list, i);
            CHECK_INT(list_value(&cursor, scratch).len, 100);
        }
        CHECK_INT(heap.bytes, bytes);
        /* At an end another block comes near. */
        for (int i = 0; i < 10; i++)
            list_pop(&heap, &list, LIST_HEAD);
        check_compressed(19, 19 - 2 * depth);
        /* In the middle all is as before, with one block more. */
        struct list_cursor cursor = list_seek(list, 95);
        list_insert(&heap, &list, &cursor, true, (struct slice){pattern, 100});
        check_compressed(20, 20 - 2 * depth);
        cursor = list_seek(list, 85);
        list_set(&heap, &list, &cursor, (struct slice){pattern, 50});
        check_compressed(20, 20 - 2 * depth);
        /* And near the ends: what is pushed inwards is compressed. */
        cursor = list_seek(list, 5);
        list_insert(&heap, &list, &cursor, true, (struct slice){pattern, 100});
        check_compressed(21, 21 - 2 * depth);
        struct list *copy = list_copy(&other, list);
        CHECK(other.bytes <= heap.bytes);
        list_free(&other, copy);
        list_cut(&heap, &list, LIST_TAIL, 100);
        check_compressed(11, 11 - 2 * depth);
        end();
    }
    begin(-2, 0);
}

/* What does not become smaller, or is short or very long, stays as it is. */
static void test_not_worth_it(void) {
    begin(1, 1);
    list = list_new(&heap);
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (char)rand();
    for (size_t i = 0; i < 20; i++)
        list_push(&heap, &list, LIST_TAIL, &(struct slice){pattern, 5000}, 1);
    check_compressed(20, 0);
    end();
    fill(20, 30, LIST_TAIL);
    check_compressed(20, 0);
    end();
    enum { LONG = 2000000 };
    char *zeros = calloc(1, LONG);
    list = list_new(&heap);
    for (size_t i = 0; i < 4; i++) {
        struct slice value = {zeros, i == 1 ? LONG : LONG / 4};
        list_push(&heap, &list, LIST_TAIL, &value, 1);
    }
    check_compressed(4, 1);
    free(zeros);
    end();
    begin(-2, 0);
}

/* Two lists whose blocks lie in turn at the same address: neither shows what
 * the other one holds. */
static void test_same_address(void) {
    begin(10, 1);
    char scratch[NUMBER_I64_MAX_TEXT];
    for (char letter = 'a'; letter <= 'z'; letter++) {
        fill(100, 100, LIST_TAIL);
        memset(pattern, letter, 100);
        list_cut(&heap, &list, LIST_HEAD, 99);
        for (int i = 0; i < 99; i++)
            list_push(&heap, &list, LIST_TAIL, &(struct slice){pattern, 100},
                      1);
        struct list_cursor cursor = list_seek(list, 50);
        CHECK(list_value(&cursor, scratch).ptr[0] == letter);
        end();
    }
    begin(-2, 0);
}

int main(void) {
    (void)lists_main;
    unit_test("compressed lists agree with an array", test_depths);
    unit_test("they agree while the depth changes", test_depth_changes);
    unit_test("all blocks are compressed but those near the ends", test_which);
    unit_test("what does not gain stays as it is", test_not_worth_it);
    unit_test("no block is taken for another", test_same_address);
    return unit_end();
}
