/* The reaper and several heaps, and what stage 10 asks of it. */
#include "reaper_heap.h"

#include <stdlib.h>

#include "reaper_values.h"
#include "xalloc.h"

static struct heap other;

/* What is small is freed at once, and only the others are counted. */
static void test_counts(void) {
    uint64_t before = reaper_taken();
    make_and_free(&heap, 64);
    CHECK(values == 0 && !reaper_waits());
    make_and_free(&heap, 65);
    CHECK(values == 1 && reaper_waits());
    CHECK(reaper_taken() == before + 1);
    reaper_stop();
    CHECK(values == 0);
}

static void test_all_heaps(void) {
    reaper_free(&heap, value_new(&heap, 100000), free_some);
    reaper_free(&other, value_new(&other, 1000), free_some);
    for (int i = 0; i < 3; i++)
        turn();
    CHECK_INT(other.bytes, 0);
    CHECK(heap.bytes > 0);
    while (values > 0)
        turn();
    CHECK_INT(heap.bytes, 0);
}

/* One value that holds others, as a database does: freeing a part of it gives
 * those to the reaper, and it goes when they are gone, with their heap. */
struct household {
    struct heap heap;
    int values_left;
};

static bool free_household(struct heap *from, void *block, size_t most) {
    struct household *household = block;
    if (household->values_left > 0 && most > 0) {
        household->values_left--;
        make_and_free(from, 5000);
    }
    if (household->values_left > 0 || from->bytes > 0)
        return false;
    free(household);
    values--;
    return true;
}

static void test_value_of_values(void) {
    struct household *household = xcalloc(1, sizeof *household);
    household->values_left = 10;
    values++;
    reaper_free(&household->heap, household, free_household);
    CHECK(values > 1);
    int turns = 0;
    while (values > 0) {
        turn();
        turns++;
    }
    CHECK(turns > 10);
}

/* What is forgotten is the caller's again. */
static void test_forgets(void) {
    struct value *value = value_new(&heap, 100000);
    reaper_free(&heap, value, free_some);
    size_t before = heap.bytes;
    reaper_forget(&heap);
    turn();
    CHECK_INT(heap.bytes, before);
    CHECK(free_some(&heap, value, SIZE_MAX));
    CHECK_INT(heap.bytes, 0);
}

/* At the end of the program. */
static void test_stops(void) {
    reaper_free(&heap, value_new(&heap, 100000), free_some);
    reaper_free(&other, value_new(&other, 10000), free_some);
    reaper_stop();
    CHECK_INT(values, 0);
    CHECK_INT(heap.bytes + other.bytes, 0);
}

int main(void) {
    unit_test("reaper: what is too large to go at once is counted",
              test_counts);
    unit_test("reaper: no heap waits for another", test_all_heaps);
    unit_test("reaper: a value that holds others goes last",
              test_value_of_values);
    unit_test("reaper: what is forgotten stays", test_forgets);
    unit_test("reaper: the heaps are empty at the end", test_stops);
    return unit_end();
}
