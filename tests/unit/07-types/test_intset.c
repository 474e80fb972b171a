/* Intsets: their bytes, and their order. */
#include <stdlib.h>

#include "intset_of.h"
#include "unit.h"

static struct heap heap;

static void test_layout(void) {
    static const uint8_t narrow[] = {2, 0, 0,    0, 3, 0,    0,
                                     0, 0, 0x80, 5, 0, 0xff, 0x7f};
    static const int64_t values[] = {5, 32767, -32768, 5};
    struct intset *set = intset_of(&heap, values, 4);
    CHECK_BYTES((char *)set, intset_bytes(set), (const char *)narrow,
                sizeof narrow);
    static const uint8_t wide[] = {
        4, 0,    0,    0,    4, 0, 0, 0, 0xff, 0x7f, 0xff, 0xff,
        0, 0x80, 0xff, 0xff, 5, 0, 0, 0, 0xff, 0x7f, 0,    0};
    CHECK(intset_add(&heap, &set, -32769));
    CHECK_BYTES((char *)set, intset_bytes(set), (const char *)wide,
                sizeof wide);
    CHECK(intset_add(&heap, &set, INT64_MAX));
    CHECK_INT(set->width[0], 8);
    CHECK_INT(intset_bytes(set), INTSET_HEADER + 5 * 8);
    CHECK_INT(intset_at(set, 0), -32769);
    CHECK_INT(intset_at(set, 4), INT64_MAX);
    intset_free(&heap, set);
    CHECK_INT(heap.bytes, 0);
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static bool model_has(const int64_t *model, size_t count, int64_t value) {
    return bsearch(&value, model, count, sizeof value, ascending) != NULL;
}

/* Grows to a few thousand values of one more width each time. */
static void test_random(void) {
    static int64_t model[4000];
    uint64_t seed = 7;
    for (unsigned bits = 10; bits <= 64; bits += 9) {
        struct intset *set = intset_new(&heap);
        size_t count = 0;
        for (int i = 0; i < 5000; i++) {
            int64_t value =
                (int64_t)(unit_random(&seed) << (64 - bits)) >> (64 - bits);
            if (count > 0 && unit_random_below(&seed, 2) == 0)
                value = model[unit_random_below(&seed, count)];
            bool there = model_has(model, count, value);
            CHECK_INT(intset_has(set, value), there);
            if (unit_random_below(&seed, 5) > 0) {
                CHECK_INT(intset_add(&heap, &set, value), !there);
                if (!there)
                    model[count++] = value;
            } else {
                CHECK_INT(intset_remove(&heap, &set, value), there);
                for (size_t m = 0; there && m < count; m++)
                    if (model[m] == value)
                        model[m] = model[--count];
            }
            qsort(model, count, sizeof *model, ascending);
        }
        CHECK_INT(intset_count(set), count);
        for (size_t i = 0; i < count; i++)
            CHECK_INT(intset_at(set, i), model[i]);
        struct intset *copy = intset_from(&heap, (uint8_t *)set);
        CHECK(memcmp(copy, set, intset_bytes(set)) == 0);
        intset_free(&heap, copy);
        intset_free(&heap, set);
        CHECK_INT(heap.bytes, 0);
    }
}

/* From any place before it, a search for a value finds the place that a walk
 * finds. */
static void test_seek(void) {
    enum { MANY = 70 };
    struct intset *set = intset_new(&heap);
    size_t none = 0;
    CHECK(!intset_seek(set, 5, &none) && none == 0);
    for (int64_t i = 0; i < MANY; i++)
        intset_add(&heap, &set, 3 * i - 100);
    for (int64_t value = -102; value < 3 * MANY - 98; value++) {
        size_t due = 0;
        while (due < MANY && intset_at(set, due) < value)
            due++;
        for (size_t from = 0; from <= due; from++) {
            size_t at = from;
            bool there = intset_seek(set, value, &at);
            CHECK_INT(at, due);
            CHECK_INT(there, intset_has(set, value));
        }
    }
    intset_free(&heap, set);
}

int main(void) {
    unit_test("an intset has Redis's bytes", test_layout);
    unit_test("an intset does as a sorted array does", test_random);
    unit_test("a search in an intset goes on from a place", test_seek);
    return unit_end();
}
