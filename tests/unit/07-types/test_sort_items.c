/* The partial sort of SORT: each range of places is as a whole sort gives it.
 */
#include "sort_items.h"

#include <stdlib.h>

#include "unit.h"

enum { MOST = 3000 };

static struct sort_item items[MOST], all[MOST];
static uint64_t state = 23;
static size_t compared;

static int by_score(const void *one, const void *other) {
    const struct sort_item *a = one, *b = other;
    compared++;
    return (a->score > b->score) - (a->score < b->score);
}

static void fill(size_t count, uint64_t kinds) {
    for (size_t i = 0; i < count; i++)
        items[i] = (struct sort_item){
            .start = i, .score = (double)unit_random_below(&state, kinds)};
    memcpy(all, items, count * sizeof *items);
    if (count > 0)
        qsort(all, count, sizeof *all, by_score);
}

/* Sorts, and looks at the wanted places and at what lies on both sides. */
static void check(size_t count, size_t from, size_t to) {
    sort_items(items, count, from, to, by_score);
    bool seen[MOST] = {false};
    for (size_t i = 0; i < count; i++) {
        seen[items[i].start] = true;
        if (i >= from && i < to)
            CHECK(items[i].score == all[i].score);
        if (from < to && i < from)
            CHECK(items[i].score <= all[from].score);
        if (from < to && i >= to)
            CHECK(items[i].score >= all[to - 1].score);
    }
    for (size_t i = 0; i < count; i++)
        CHECK(seen[i]);
}

static void test_ranges(void) {
    for (int round = 0; round < 2000; round++) {
        size_t count = unit_random_below(&state, round % 50 == 0 ? MOST : 60);
        size_t from = unit_random_below(&state, count + 1);
        size_t to = from + unit_random_below(&state, count - from + 1);
        fill(count, round % 3 == 0 ? 3 : 100000);
        check(count, round % 7 == 0 ? 0 : from, round % 7 == 0 ? count : to);
    }
}

/* Items in order, backwards, all equal, and as a saw: none of them takes as
 * many comparisons as a quadratic sort would. A few places take far fewer. */
static void test_orders(void) {
    for (int order = 0; order < 4; order++) {
        for (int few = 0; few < 2; few++) {
            for (size_t i = 0; i < MOST; i++) {
                double scores[] = {(double)i, -(double)i, 7, (double)(i % 10)};
                items[i] =
                    (struct sort_item){.start = i, .score = scores[order]};
            }
            memcpy(all, items, sizeof all);
            qsort(all, MOST, sizeof *all, by_score);
            compared = 0;
            check(MOST, few ? 1500 : 0, few ? 1510 : MOST);
            CHECK(compared < (few ? 20 : 12) * (size_t)MOST);
        }
    }
}

int main(void) {
    unit_test("any range of places is as a whole sort has it", test_ranges);
    unit_test("no order makes the sort slow", test_orders);
    return unit_end();
}
