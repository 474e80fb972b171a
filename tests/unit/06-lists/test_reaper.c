/* The reaper in one turn after the other: what waits to be freed is bounded,
 * however fast it is made, and one large value is never a pause.
 *
 * The clock is the test's own, so a slice of time is a number of looks at it,
 * and nothing here depends on how fast the machine is. */
#include "reaper.h"

#include <stdlib.h>

#include "clock.h"
#include "loop.h"
#include "timer.h"
#include "unit.h"
#include "xalloc.h"

enum {
    LOOK_US = 100, /* what a look at the clock takes: ten of them a slice */
    SIZE = 1024,   /* of an element */
    MIB = 1 << 20
};

static struct heap heap, other;
static int64_t now_us, turn_us;
static size_t values; /* that are not freed to their end */

int64_t clock_monotonic_us(void) {
    return now_us += LOOK_US;
}

int64_t clock_wall_us(void) {
    return now_us;
}

int64_t loop_now_us(void) {
    return turn_us;
}

static void turn(void) {
    turn_us = ++now_us;
    timer_run_due(turn_us);
}

/* A value: elements one behind the other. */
struct element {
    struct element *next;
    char rest[SIZE - sizeof(struct element *)];
};

struct value {
    struct element *first;
};

static struct value *value_new(struct heap *from, size_t elements) {
    struct value *value = heap_alloc(from, sizeof *value);
    value->first = NULL;
    for (size_t i = 0; i < elements; i++) {
        struct element *element = heap_alloc(from, sizeof *element);
        element->next = value->first;
        value->first = element;
    }
    values++;
    return value;
}

static bool free_some(struct heap *from, void *block, size_t most) {
    struct value *value = block;
    for (; value->first != NULL && most > 0; most--) {
        struct element *element = value->first;
        value->first = element->next;
        heap_free(from, element, sizeof *element);
    }
    if (value->first != NULL)
        return false;
    heap_free(from, value, sizeof *value);
    values--;
    return true;
}

static void make_and_free(struct heap *in, size_t elements) {
    reaper_free(in, value_new(in, elements), free_some);
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

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

/* A slice frees two values, and each turn brings ten. */
static void test_keeps_pace(void) {
    size_t most = 0;
    for (int i = 0; i < 200; i++) {
        for (int k = 0; k < 10; k++)
            make_and_free(&heap, 1000);
        most = larger(most, heap.bytes);
        turn();
    }
    CHECK(most < 20 * MIB);
    for (int i = 0; i < 20; i++)
        turn();
    CHECK_INT(values, 0);
    CHECK_INT(heap.bytes, 0);
}

/* The same, all in one turn. */
static void test_within_a_turn(void) {
    size_t most = 0;
    for (int k = 0; k < 500; k++) {
        make_and_free(&heap, 1000);
        most = larger(most, heap.bytes);
    }
    CHECK(most < 20 * MIB);
    while (values > 0)
        turn();
    CHECK_INT(heap.bytes, 0);
}

/* Values that were there before: freeing them makes nothing, so it may wait,
 * and no turn is longer than a slice. */
static void test_never_long(void) {
    enum { COUNT = 20, ELEMENTS = 5000 };
    struct value *all[COUNT];
    for (int i = 0; i < COUNT; i++)
        all[i] = value_new(&heap, ELEMENTS);
    size_t before = heap.bytes;
    for (int i = 0; i < COUNT; i++)
        reaper_free(&heap, all[i], free_some);
    CHECK(before - heap.bytes < COUNT * MIB / 2);
    while (values > 0) {
        before = heap.bytes;
        turn();
        CHECK(before - heap.bytes < 4 * MIB);
    }
    CHECK_INT(heap.bytes, 0);
}

/* A database: values that are freed with it. */
struct database {
    struct value *values[200];
    size_t count;
};

static bool free_some_values(struct heap *from, void *block, size_t most) {
    struct database *database = block;
    for (; database->count > 0 && most > 0; most--)
        reaper_free(from, database->values[--database->count], free_some);
    if (database->count > 0)
        return false;
    heap_free(from, database, sizeof *database);
    return true;
}

/* Values of which some must be freed to keep pace, while the database in which
 * they are is being freed to keep pace. */
static void test_within_another(void) {
    struct database *database = heap_alloc(&heap, sizeof *database);
    database->count = sizeof database->values / sizeof *database->values;
    for (size_t i = 0; i < database->count; i++)
        database->values[i] = value_new(&heap, 100);
    reaper_free(&heap, database, free_some_values);
    CHECK(reaper_waits());
    struct value *new = value_new(&heap, 40000);
    turn();
    CHECK_INT(values, 1);
    CHECK(!reaper_waits());
    while (!free_some(&heap, new, 1000))
        ;
    CHECK_INT(heap.bytes, 0);
}

/* What is new and stays is no garbage; it is paid for with garbage that is
 * there, and with no more than that. */
static void test_other_growth(void) {
    struct value *old = value_new(&heap, 100000);
    reaper_free(&heap, old, free_some);
    size_t before = heap.bytes;
    struct value *lives = value_new(&heap, 40000);
    turn();
    CHECK(heap.bytes < before + 20 * MIB);
    CHECK(heap.bytes > before);
    while (values > 1)
        turn();
    reaper_free(&heap, lives, free_some);
    while (values > 0)
        turn();
    CHECK_INT(heap.bytes, 0);
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
    unit_test("values within a database that is freed", test_within_another);
    unit_test("reaper: what is too large to go at once is counted",
              test_counts);
    unit_test("reaper: what waits keeps pace with what is made",
              test_keeps_pace);
    unit_test("reaper: many values in one turn", test_within_a_turn);
    unit_test("reaper: large values are no pause", test_never_long);
    unit_test("reaper: new values pay for what waits", test_other_growth);
    unit_test("reaper: no heap waits for another", test_all_heaps);
    unit_test("reaper: a value that holds others goes last",
              test_value_of_values);
    unit_test("reaper: what is forgotten stays", test_forgets);
    unit_test("reaper: all is freed at the end", test_stops);
    return unit_end();
}
