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

static inline uint64_t ticks_to_ns(uint64_t ticks) {
    return (uint64_t)(int64_t)((double)(int64_t)ticks * ticks_ns);
}

/* Returns the name of the clock for INFO. */
const char *ticks_clock(void);

#endif
