/* A clock that is cheap enough to be read twice for each command: the counter
 * of the processor, if that runs at a constant rate, also during sleep;
 * otherwise the monotonic clock of the system. */
#ifndef TICKS_H
#define TICKS_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Measures how long a tick is, which takes a millisecond. */
void ticks_start(void);

/* True if a tick is one of the processor's. */
extern bool ticks_of_processor;

static inline uint64_t ticks_now(void) {
#if defined(__x86_64__)
    if (ticks_of_processor)
        return __rdtsc();
#endif
    return (uint64_t)clock_monotonic_us();
}

extern double ticks_ns; /* nanoseconds in a tick */

/* Returns 0 for a negative difference: the counters of two processors, or of a
 * virtual machine before and after it was moved, need not agree. */
static inline uint64_t ticks_to_ns(uint64_t ticks) {
    double ns = (double)(int64_t)ticks * ticks_ns;
    return ns > 0 ? (uint64_t)(int64_t)ns : 0;
}

/* Returns the name of the clock for INFO. */
const char *ticks_clock(void);

#endif
