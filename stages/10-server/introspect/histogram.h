/* A histogram of durations, to two significant digits, in memory of a fixed
 * size.
 *
 * Below 256 ns each nanosecond has a count of its own. Above, each power of two
 * is divided into 128 ranges of the same width:
 *
 *     0 1 2 ... 255 | 256-257 258-259 ... 510-511 | 512-515 ... | 1024-1031 ...
 *
 * So a duration is known to within 1/128 of itself. The counts of a power of
 * two are allocated when they are first needed, since the times of a command
 * are of few magnitudes. A duration of more than a second counts as one second.
 * (Gil Tene's HdrHistogram, with two digits:
 * https://hdrhistogram.github.io/HdrHistogram/) */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum {
    HISTOGRAM_MOST_NS = 1000000000,
    HISTOGRAM_RANGES = 128, /* of each power of two */
    HISTOGRAM_POWERS = 24   /* up to 2^30 ns */
};

/* A histogram that is all zeros is empty. */
struct histogram {
    uint64_t total;
    uint64_t *counts[HISTOGRAM_POWERS]; /* or NULL */
};

void histogram_free(struct histogram *histogram);

void histogram_add(struct histogram *histogram, uint64_t ns);

/* Returns the longest duration of the range in which this part of all durations
 * ends; 0.5 gives the median. For 0 it is the shortest duration of the first
 * range. Returns 0 if there are none. */
uint64_t histogram_quantile(const struct histogram *histogram, double part);

/* Returns the longest duration in the range of this one. */
uint64_t histogram_range_end(uint64_t ns);

/* Returns the number of durations in the range of this one and in those
 * below. */
uint64_t histogram_up_to(const struct histogram *histogram, uint64_t ns);

#endif
