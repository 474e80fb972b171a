/* Packed blocks against a plain array of values; what they take of the heap. */
#include "packed.h"

#include <stdlib.h>

#include "listpack_walk.h"
#include "unit.h"

enum { MOST = 3000, LONGEST = 700 };

static struct heap heap, other;
static struct packed *packed;
static char pattern[100000];
static uint64_t state = 66;

/* A value is a piece of the pattern, or an integer. */
static struct value {
    bool is_integer;
    int64_t integer;
    struct slice bytes;
} model[MOST];
static size_t len;

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

static struct listpack_element element_of(const struct value *value) {
    return value->is_integer ? listpack_integer(value->integer)
                             : listpack_element(value->bytes);
}

static struct value random_value(void) {
    if (below(3) == 0) {
        int64_t edge = (int64_t)((uint64_t)1 << below(63));
        int64_t value = (below(2) ? edge : -edge) + (int64_t)below(3) - 1;
        return (struct value){.is_integer = true, .integer = value};
    }
    size_t size = below(50) == 0 ? below(LONGEST) : below(40);
    return (struct value){.bytes = {pattern + below(1000), size}};
}

static void model_insert(size_t at, struct value value) {
    memmove(model + at + 1, model + at, (len - at) * sizeof *model);
    model[at] = value;
    len++;
}

static void model_remove(size_t at, size_t count) {
    len -= count;
    memmove(model + at, model + at + count, (len - at) * sizeof *model);
}

static uint8_t *place_of(size_t at) {
    uint8_t *lp = packed_lp(packed);
    return at == len ? listpack_end(lp) : listpack_seek(lp, (int64_t)at);
}

/* The block is a listpack with these values, within its room. */
static void check_all(void) {
    uint8_t *lp = packed_lp(packed);
    CHECK(packed->start + packed_bytes(packed) <= packed->room);
    if (!CHECK(listpack_walks(lp)) || !CHECK_INT(listpack_count(lp), len))
        return;
    uint8_t *place = listpack_first(lp);
    for (size_t i = 0; i < len; i++, place = listpack_next(place)) {
        struct listpack_element element = element_of(&model[i]);
        if (!CHECK(listpack_equal(place, &element)) ||
            !CHECK_INT(listpack_size(place), element.size))
            return;
    }
}

static void do_push(void) {
    bool front = below(2);
    struct value value = random_value();
    struct listpack_element element = element_of(&value);
    packed = front ? packed_push_front(&heap, packed, &element)
                   : packed_push_back(&heap, packed, &element);
    model_insert(front ? 0 : len, value);
}

static void do_pop(void) {
    if (len == 0)
        return;
    bool front = below(2);
    if (front)
        packed_pop_front(packed);
    else
        packed_pop_back(packed);
    model_remove(front ? 0 : len - 1, 1);
}

static void do_insert(void) {
    size_t at = below(len + 1);
    uint8_t *place = place_of(at);
    struct value value = random_value();
    struct listpack_element element = element_of(&value);
    packed = packed_insert(&heap, packed, &place, &element);
    model_insert(at, value);
    CHECK(place == place_of(at));
}

static void do_replace(void) {
    if (len == 0)
        return;
    size_t at = below(len);
    uint8_t *place = place_of(at);
    struct value value = random_value();
    struct listpack_element element = element_of(&value);
    packed = packed_replace(&heap, packed, &place, &element);
    model[at] = value;
    CHECK(place == place_of(at));
}

static void do_delete(void) {
    size_t at = below(len + 1), count = below(below(10) ? 4 : 40);
    if (count > len - at)
        count = len - at;
    uint8_t *place = place_of(at);
    packed_delete(packed, &place, count);
    model_remove(at, count);
    CHECK(place == place_of(at));
}

static void do_move(void) {
    struct packed *copy = packed_from(&other, packed_lp(packed));
    packed_free(&heap, packed);
    CHECK_INT(heap.bytes, 0);
    packed = packed_from(&heap, packed_lp(copy));
    packed_free(&other, copy);
    CHECK_INT(other.bytes, 0);
}

static void do_trim(void) {
    if (below(2))
        packed = packed_trim(&heap, packed);
    else
        packed = packed_fit(&heap, packed);
    CHECK(packed->room < 2 * packed_bytes(packed) + 16);
}

static void step(size_t growth) {
    static void (*const others[])(void) = {do_pop,    do_pop,  do_replace,
                                           do_delete, do_move, do_trim};
    size_t kind = below(100);
    if (len > MOST - 50)
        do_delete();
    else if (kind < growth)
        do_push();
    else if (kind < growth + 15)
        do_insert();
    else
        others[below(sizeof others / sizeof *others)]();
}

static void end(void) {
    packed_free(&heap, packed);
    CHECK_INT(heap.bytes, 0);
    len = 0;
}

static void run(size_t steps, size_t growth) {
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (char)('A' + below(60));
    packed = packed_new(&heap, below(20));
    for (size_t i = 0; i < steps; i++) {
        step(growth);
        if (i % 64 == 0 || len < 4)
            check_all();
    }
    check_all();
    end();
}

static void test_small(void) {
    for (size_t i = 0; i < 100; i++)
        run(1000, 30);
}

static void test_large(void) {
    run(50000, 50);
}

static struct listpack_element letters(size_t size) {
    return listpack_element((struct slice){pattern, size});
}

/* A small block takes the heap's next size, and no more. */
static void test_small_fits(void) {
    memset(pattern, 'a', sizeof pattern);
    packed = packed_new(&heap, 0);
    struct listpack_element element = letters(5);
    while (packed_bytes(packed) < 512 - 32) {
        packed = below(2) ? packed_push_back(&heap, packed, &element)
                          : packed_push_front(&heap, packed, &element);
        CHECK_INT(heap.bytes,
                  heap_round(sizeof *packed + packed_bytes(packed)));
    }
    end();
}

/* Growing costs no more than a copy of a few times what there is, at whatever
 * end, and an eighth of memory. */
static void test_growth(void) {
    struct listpack_element element = letters(10);
    for (int ends = 1; ends <= 3; ends++) {
        size_t changes = 0;
        packed = packed_new(&heap, 0);
        for (size_t i = 0; i < 100000; i++) {
            bool front = ends == 3 ? i % 2 == 0 : ends == 2;
            uint32_t start = packed->start, room = packed->room;
            packed = front ? packed_push_front(&heap, packed, &element)
                           : packed_push_back(&heap, packed, &element);
            changes += room != packed->room ||
                       start - packed->start != (front ? element.size : 0);
            CHECK(packed_bytes(packed) < 512 ||
                  heap.bytes < packed_bytes(packed) * 9 / 8 + 48);
        }
        CHECK(changes < 200);
        end();
    }
}

/* A queue slides in its block. */
static void test_queue(void) {
    struct listpack_element element = letters(10);
    packed = packed_new(&heap, 0);
    size_t slides = 0;
    for (size_t i = 0; i < 100000; i++) {
        uint32_t start = packed->start;
        packed = packed_push_back(&heap, packed, &element);
        slides += packed->start != start;
        if (i >= 200)
            packed_pop_front(packed);
    }
    CHECK(heap.bytes < 4000);
    CHECK(slides > 0 && slides < 20000);
    end();
}

/* A block of 8 KiB is not made larger than that while it need not be. */
static void test_block(void) {
    struct listpack_element element = letters(10);
    packed = packed_new(&heap, 0);
    while (packed_bytes(packed) + element.size <= 8192)
        packed = packed_push_back(&heap, packed, &element);
    CHECK(heap.bytes <= 8192 + sizeof *packed);
    end();
}

static void test_long(void) {
    struct listpack_element element = letters(sizeof pattern);
    packed = packed_new(&heap, element.size);
    packed = packed_push_back(&heap, packed, &element);
    CHECK(heap.bytes < sizeof pattern + 48);
    uint8_t *place = listpack_first(packed_lp(packed));
    element = listpack_integer(1);
    packed = packed_replace(&heap, packed, &place, &element);
    CHECK(heap.bytes > sizeof pattern);
    packed = packed_trim(&heap, packed);
    CHECK_INT(heap.bytes, 24);
    CHECK_INT(listpack_get(listpack_first(packed_lp(packed))).integer, 1);
    end();
}

/* Above 65534 the header does not know the count, and stays so. */
static void test_uncounted(void) {
    struct listpack_element element = listpack_integer(5);
    packed = packed_new(&heap, 0);
    for (size_t i = 0; i < 65536; i++)
        packed = packed_push_front(&heap, packed, &element);
    CHECK_INT(listpack_count(packed_lp(packed)), 65536);
    packed_pop_back(packed);
    packed_pop_front(packed);
    uint8_t *place = listpack_seek(packed_lp(packed), 30000);
    packed_delete(packed, &place, 2);
    CHECK_INT(listpack_count(packed_lp(packed)), 65532);
    packed = packed_insert(&heap, packed, &place, &element);
    CHECK_INT(listpack_count(packed_lp(packed)), 65533);
    CHECK(listpack_walks(packed_lp(packed)));
    end();
}

int main(void) {
    unit_test("small blocks agree with an array", test_small);
    unit_test("large blocks agree with an array", test_large);
    unit_test("small blocks are as large as the heap makes them",
              test_small_fits);
    unit_test("blocks grow seldom, and by an eighth", test_growth);
    unit_test("a queue slides in its block", test_queue);
    unit_test("growing stops at 8 KiB first", test_block);
    unit_test("a long value that goes leaves no room behind", test_long);
    unit_test("counts that the header cannot say are right", test_uncounted);
    return unit_end();
}
