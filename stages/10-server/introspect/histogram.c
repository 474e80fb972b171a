#include "histogram.h"

#include <stdlib.h>

#include "xalloc.h"

enum {
    EXACT_BITS = 8,
    HALF = HISTOGRAM_RANGES,
    RANGES = HISTOGRAM_POWERS * HALF
};

/* Returns how many bits of a duration to drop so that two digits of it
 * remain. */
static unsigned shift_of(uint64_t ns) {
    unsigned bits = 64 - (unsigned)__builtin_clzll(ns | 1);
    return bits > EXACT_BITS ? bits - EXACT_BITS : 0;
}

/* From the first shift on, ns >> shift is at least HALF, so the ranges of a
 * power of two begin where those of the one before it end. A duration that is
 * too long for a range of its own is in the last one. */
static size_t range_of(uint64_t ns) {
    unsigned shift = shift_of(ns);
    size_t range = shift * (size_t)HALF + (ns >> shift);
    return range < RANGES ? range : RANGES - 1;
}

static uint64_t end_of_range(size_t range) {
    if (range < 2 * HALF)
        return range;
    unsigned shift = (unsigned)(range / HALF) - 1;
    return (((range % HALF) + HALF + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns) {
    /* As in Redis, where a histogram begins at 1 ns. */
    if (ns == 0)
        ns = 1;
    if (ns > HISTOGRAM_MOST_NS)
        ns = HISTOGRAM_MOST_NS;
    size_t range = range_of(ns);
    uint64_t **counts = &histogram->counts[range / HALF];
    if (*counts == NULL)
        *counts = xcalloc(HALF, sizeof **counts);
    (*counts)[range % HALF]++;
    histogram->total++;
}

void histogram_free(struct histogram *histogram) {
    for (size_t i = 0; i < HISTOGRAM_POWERS; i++)
        free(histogram->counts[i]);
    *histogram = (struct histogram){0};
}

uint64_t histogram_quantile(const struct histogram *histogram, double part) {
    /* The number of durations is rounded to the nearest, as HdrHistogram
     * does. */
    uint64_t wanted = (uint64_t)(part * (double)histogram->total + 0.5);
    uint64_t seen = 0;
    /* The first duration is the smallest part of all. */
    if (wanted == 0)
        wanted = 1;
    for (size_t power = 0; power < HISTOGRAM_POWERS; power++) {
        const uint64_t *counts = histogram->counts[power];
        for (size_t i = 0; counts != NULL && i < HALF; i++) {
            size_t range = power * HALF + i;
            seen += counts[i];
            if (seen >= wanted)
                /* For part 0 the shortest duration of this range, else its
                 * longest. */
                return part > 0 || range == 0 ? end_of_range(range)
                                              : end_of_range(range - 1) + 1;
        }
    }
    return 0;
}

uint64_t histogram_range_end(uint64_t ns) {
    return end_of_range(range_of(ns));
}

uint64_t histogram_up_to(const struct histogram *histogram, uint64_t ns) {
    uint64_t seen = 0;
    size_t last = range_of(ns);
    for (size_t power = 0; power <= last / HALF; power++) {
        const uint64_t *counts = histogram->counts[power];
        size_t end = power < last / HALF ? HALF : last % HALF + 1;
        for (size_t i = 0; counts != NULL && i < end; i++)
            seen += counts[i];
    }
    return seen;
}
