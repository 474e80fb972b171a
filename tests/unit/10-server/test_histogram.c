/* A histogram beside the durations themselves. */
#include <stdlib.h>

#include "histogram.h"
#include "unit.h"

enum { COUNT = 20000 };

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Durations of all magnitudes. */
static void draw(uint64_t *durations) {
    uint64_t state = 7;
    for (size_t i = 0; i < COUNT; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        durations[i] = 1 + (state >> 33) % (1u << (1 + (state >> 20) % 29));
    }
}

static void test_quantiles_are_those_of_the_durations(void) {
    static uint64_t durations[COUNT];
    struct histogram *histogram = calloc(1, sizeof *histogram);
    draw(durations);
    for (size_t i = 0; i < COUNT; i++)
        histogram_add(histogram, durations[i]);
    qsort(durations, COUNT, sizeof durations[0], by_size);
    CHECK(histogram->total == COUNT);
    for (int percent = 1; percent <= 100; percent++) {
        uint64_t due = durations[COUNT * (size_t)percent / 100 - 1];
        uint64_t got = histogram_quantile(histogram, percent / 100.0);
        CHECK(got >= due && got <= due + due / 128 + 1);
    }
    histogram_free(histogram);
    free(histogram);
}

static void test_counts_below_a_limit_are_exact_at_its_range(void) {
    static uint64_t durations[COUNT];
    struct histogram *histogram = calloc(1, sizeof *histogram);
    draw(durations);
    for (size_t i = 0; i < COUNT; i++)
        histogram_add(histogram, durations[i]);
    for (uint64_t ns = 1; ns < HISTOGRAM_MOST_NS; ns = ns * 3 + 1) {
        uint64_t due = 0;
        for (size_t i = 0; i < COUNT; i++)
            due += durations[i] <= histogram_range_end(ns);
        CHECK(histogram_up_to(histogram, ns) == due);
    }
    histogram_free(histogram);
    free(histogram);
}

static void test_ranges_join_without_a_gap(void) {
    for (uint64_t ns = 1; ns < 1u << 20; ns = histogram_range_end(ns) + 1) {
        uint64_t end = histogram_range_end(ns);
        CHECK(end >= ns && end - ns <= ns / 128);
        CHECK(histogram_range_end(end) == end);
    }
}

static void test_what_is_out_of_range_counts_at_its_end(void) {
    struct histogram *histogram = calloc(1, sizeof *histogram);
    CHECK(histogram_quantile(histogram, 0.5) == 0);
    histogram_add(histogram, 0);
    histogram_add(histogram, UINT64_MAX);
    CHECK(histogram_quantile(histogram, 0.5) == 1);
    CHECK(histogram_quantile(histogram, 1) ==
          histogram_range_end(HISTOGRAM_MOST_NS));
    CHECK(histogram_range_end(1u << 30) == (1u << 30) - 1);
    CHECK(histogram_up_to(histogram, 1u << 30) == 2);
    CHECK(histogram_up_to(histogram, UINT64_MAX) == 2);
    histogram_free(histogram);
    free(histogram);
}

int main(void) {
    unit_test("quantiles are those of the durations, within 1/128",
              test_quantiles_are_those_of_the_durations);
    unit_test("counts below a limit are exact at its range",
              test_counts_below_a_limit_are_exact_at_its_range);
    unit_test("ranges join without a gap", test_ranges_join_without_a_gap);
    unit_test("durations out of range count at its ends",
              test_what_is_out_of_range_counts_at_its_end);
    return unit_end();
}
