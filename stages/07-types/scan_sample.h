/* A choice among things that come one after the other, of which each group of
 * so many is as likely as any other. O(n) for n things, and no memory.
 * (Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S) */
#ifndef SCAN_SAMPLE_H
#define SCAN_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

struct scan_sample {
    uint64_t left;   /* things that are still to come */
    uint64_t wanted; /* of those; no more than that */
};

/* Whether the next thing is chosen. */
static inline bool scan_sample_takes(struct scan_sample *sample) {
    if (random_bits() % sample->left-- >= sample->wanted)
        return false;
    sample->wanted--;
    return true;
}

/* Drawing one of n things at random until there are so many different ones
 * costs less than that, if they are few of many: a third at most. */
static inline bool scan_sample_draws(uint64_t count, uint64_t n) {
    enum { FEWEST = 1024 };
    return n >= FEWEST && count < n / 3;
}

#endif
