/* Sorting places by their distance: the first ones are right, and the stack
 * stays small, whatever the places are. */
#include <stdlib.h>

#include "geo_sort.c"
#include "unit.h"

enum { MOST = 8000, STACK = 64 << 10 };

static uint64_t state = 17;
static struct geo_found rows[MOST], all[MOST];

static void check_first(size_t count, uint64_t kinds, size_t first) {
    struct geo_finds finds = {rows, count, MOST};
    for (size_t i = 0; i < count; i++)
        rows[i].distance = (double)unit_random_below(&state, kinds);
    memcpy(all, rows, count * sizeof *rows);
    qsort(all, count, sizeof *all, nearest);
    geo_sort(&finds, GEO_NEAREST, first);
    for (size_t i = 0; i < first; i++)
        CHECK(rows[i].distance == all[i].distance);
}

static void test_first(void) {
    for (int i = 0; i < 500; i++) {
        size_t count = 2 + unit_random_below(&state, 600);
        uint64_t kinds = 1 + unit_random_below(&state, i % 2 ? 10 : 1000);
        check_first(count, kinds, 1 + unit_random_below(&state, count));
    }
}

/* The adversary of M. D. McIlroy ("A Killer Adversary for Quicksort", 1999). It
 * decides which value a row has when it must: each pivot gets the greatest that
 * is left, so that all undecided rows come before it. */
static int values[MOST], greatest, candidate;
static char *base, *deepest;

static int kill(const void *one, const void *other) {
    int x = (int)((const struct geo_found *)one)->score;
    int y = (int)((const struct geo_found *)other)->score;
    char *here = __builtin_frame_address(0);
    if (here < deepest)
        deepest = here;
    if (values[x] == 0 && values[y] == 0)
        values[x == candidate ? x : y] = greatest--;
    if (values[x] == 0)
        candidate = x;
    else if (values[y] == 0)
        candidate = y;
    return (values[x] > values[y]) - (values[x] < values[y]);
}

static void test_stack(void) {
    for (int i = 0; i < MOST; i++)
        rows[i].score = i;
    greatest = MOST;
    base = deepest = __builtin_frame_address(0);
    sort_first(rows, MOST, MOST - 1, kill);
    CHECK(base - deepest < STACK);
    for (size_t i = 1; i < MOST - 1; i++)
        CHECK(values[(int)rows[i - 1].score] <= values[(int)rows[i].score]);
}

int main(void) {
    unit_test("the first rows are those that a whole sort gives", test_first);
    unit_test("the worst order takes little stack", test_stack);
    return unit_end();
}
