/* The reaper in one turn after the other: what waits to be freed is bounded,
 * however fast it is made, and one large value is never a pause. */
#include "reaper_values.h"

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
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
    struct value *new = value_new(&heap, 40000);
    turn();
    CHECK_INT(values, 1);
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

/* At the end of the program. */
static void test_stops(void) {
    reaper_free(&heap, value_new(&heap, 100000), free_some);
    CHECK_INT(values, 1);
    reaper_stop();
    CHECK_INT(values, 0);
    CHECK_INT(heap.bytes, 0);
}

int main(void) {
    unit_test("values within a database that is freed", test_within_another);
    unit_test("reaper: what waits keeps pace with what is made",
              test_keeps_pace);
    unit_test("reaper: many values in one turn", test_within_a_turn);
    unit_test("reaper: large values are no pause", test_never_long);
    unit_test("reaper: new values pay for what waits", test_other_growth);
    unit_test("reaper: all is freed at the end", test_stops);
    return unit_end();
}
