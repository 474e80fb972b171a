/* The index of what falls due against a plain array of times, one a bucket. */
#include "due.h"

#include <stdlib.h>

#include "unit.h"

enum { BUCKETS = 20000, UNIT_MS = 128 };

static struct due due;
static int64_t now_ms;
static int64_t times[BUCKETS];
static uint64_t state = 11;

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

static void begin(void) {
    now_ms = INT64_C(1700000000000);
    due = (struct due){0};
    for (size_t i = 0; i < BUCKETS; i++)
        times[i] = DUE_NEVER;
}

/* The first time is told not too early, and less than a unit late; it is told
 * with a bucket that falls due within that unit. */
static bool first_is_right(size_t buckets) {
    int64_t earliest = DUE_NEVER;
    for (size_t i = 0; i < buckets; i++)
        if (times[i] < earliest)
            earliest = times[i];
    size_t bucket = SIZE_MAX;
    int64_t first = due_first(&due, &bucket);
    if (earliest == DUE_NEVER)
        return CHECK(first == DUE_NEVER);
    return CHECK(first >= earliest) && CHECK(first < earliest + UNIT_MS) &&
           CHECK(bucket < buckets) && CHECK(times[bucket] <= first) &&
           CHECK(times[bucket] > first - UNIT_MS);
}

static int64_t some_time(void) {
    static const int64_t spans[] = {1000, 100000, 10000000,
                                    INT64_C(400000000000)};
    return now_ms + 1 + (int64_t)below((size_t)spans[below(4)]);
}

static void note(size_t bucket, int64_t time_ms) {
    due_note(&due, bucket, time_ms);
    if (time_ms < times[bucket])
        times[bucket] = time_ms;
}

static void set(size_t bucket, int64_t time_ms) {
    due_set(&due, bucket, time_ms);
    times[bucket] = time_ms;
}

static void test_empty(void) {
    begin();
    size_t bucket;
    CHECK(due_first(&due, &bucket) == DUE_NEVER);
    due_split(&due, 1);
    due_join(&due, 1);
    CHECK(due.room == 0);
    due_set(&due, 70, DUE_NEVER);
    CHECK(due_first(&due, &bucket) == DUE_NEVER);
    due_free(&due);
}

/* Every bucket alone, across the sizes at which levels are added. */
static void test_each_bucket(void) {
    begin();
    for (size_t i = 0; i < BUCKETS; i++) {
        set(i, now_ms + 5000);
        size_t bucket = SIZE_MAX;
        if (!CHECK(due_first(&due, &bucket) >= now_ms + 5000) ||
            !CHECK_INT(bucket, i))
            break;
        set(i, DUE_NEVER);
        CHECK(due_first(&due, &bucket) == DUE_NEVER);
    }
    due_free(&due);
}

/* The bucket whose number is that without its highest bit. */
static size_t sibling(size_t bucket) {
    size_t bit = 1;
    while (bit * 2 <= bucket)
        bit *= 2;
    return bucket ^ bit;
}

static void split(size_t *buckets) {
    size_t fresh = (*buckets)++;
    due_split(&due, fresh);
    times[fresh] = times[sibling(fresh)];
}

static void join(size_t *buckets) {
    size_t last = --*buckets, into = sibling(last);
    due_join(&due, last);
    if (times[last] < times[into])
        times[into] = times[last];
    times[last] = DUE_NEVER;
}

static void step(size_t *buckets) {
    size_t bucket = below(*buckets);
    switch (below(8)) {
    case 0:
    case 1:
    case 2: note(bucket, some_time()); break;
    case 3: set(bucket, some_time()); break;
    case 4:
        if (due_first(&due, &bucket) != DUE_NEVER)
            set(bucket, below(2) == 0 ? DUE_NEVER : some_time());
        break;
    case 5: set(bucket, DUE_NEVER); break;
    case 6:
        if (*buckets < BUCKETS)
            split(buckets);
        break;
    default:
        if (*buckets > 1)
            join(buckets);
        break;
    }
    if (below(50) == 0)
        now_ms += (int64_t)below(3000);
}

/* At a number of buckets and around it. */
static void walk(size_t buckets, size_t steps) {
    begin();
    for (size_t i = 0; i < steps; i++) {
        step(&buckets);
        if ((i % 16 == 0 || buckets < 200) && !first_is_right(buckets))
            break;
    }
    due_free(&due);
}

static void test_random_walks(void) {
    static const size_t sizes[] = {1, 60, 64, 128, 4090, 4096, 8192, 19000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        walk(sizes[i], 6000);
}

/* One bucket that becomes many and then one again, with all that it knows. */
static void test_growth(void) {
    begin();
    size_t buckets = 1;
    note(0, now_ms + 777);
    while (buckets < 4200) {
        split(&buckets);
        if (buckets % 7 == 0)
            note(below(buckets), some_time());
        if (buckets % 61 == 0 && !first_is_right(buckets))
            break;
    }
    while (buckets > 1) {
        join(&buckets);
        if (buckets % 61 == 0 && !first_is_right(buckets))
            break;
    }
    CHECK(first_is_right(buckets));
    due_free(&due);
}

/* A time that no clock will show is as good as never. */
static void test_far_times(void) {
    begin();
    const int64_t year_ms = INT64_C(365) * 86400 * 1000;
    size_t bucket;
    set(3, DUE_NEVER - 1);
    CHECK(due_first(&due, &bucket) == DUE_NEVER);
    set(100, now_ms + 1000000 * year_ms);
    CHECK(first_is_right(BUCKETS));
    set(7, 0);
    CHECK(first_is_right(BUCKETS));
    due_free(&due);
}

/* The lowest level has the marks of the buckets; over each 64 of them stands
 * the earliest, which is the largest. */
static void test_levels(void) {
    begin();
    CHECK(due.level[0] == NULL);
    set(3, now_ms + 5000);
    set(70, now_ms + 1000);
    CHECK(due.level[2] != NULL && due.level[3] == NULL);
    CHECK_INT(due_level_size(&due, 0), 128);
    CHECK_INT(due_level_size(&due, 1), 2);
    CHECK_INT(due_level_size(&due, 2), 1);
    CHECK(due.level[0][4] == 0);
    CHECK(due.level[1][0] == due.level[0][3]);
    CHECK(due.level[1][1] == due.level[0][70]);
    CHECK(due.level[2][0] == due.level[0][70]);
    due_free(&due);
}

int main(void) {
    unit_test("due: an empty index", test_empty);
    unit_test("due: each of 20,000 buckets", test_each_bucket);
    unit_test("due: any calls in any order", test_random_walks);
    unit_test("due: one bucket becomes many, and one again", test_growth);
    unit_test("due: times in a million years, and in 1970", test_far_times);
    unit_test("due: each level holds the earliest below", test_levels);
    return unit_end();
}
