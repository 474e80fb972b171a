/* A random choice of several from a sequence, with each combination as likely
 * as any other. O(n) for n elements, without memory. (D. Knuth, The Art of
 * Computer Programming 2, 3.4.2, algorithm S) */
#ifndef SCAN_SAMPLE_H
#define SCAN_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

struct scan_sample {
    uint64_t left;   /* elements that are still to come */
    uint64_t wanted; /* how many of those to choose; never more */
};

/* Returns true if the next element is chosen. */
static inline bool scan_sample_takes(struct scan_sample *sample) {
    if (random_bits() % sample->left-- >= sample->wanted)
        return false;
    sample->wanted--;
    return true;
}

/* Drawing elements at random until there are enough different ones costs less
 * than a pass over all, if few of many are wanted: a third at most. */
static inline bool scan_sample_draws(uint64_t count, uint64_t n) {
    enum { FEWEST = 1024 };
    return n >= FEWEST && count < n / 3;
}

#endif
