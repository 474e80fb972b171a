/* A clock that costs little enough to be read twice for each command: the
 * processor's own counter where that runs at one speed and through sleep, the
 * system's monotonic clock elsewhere. */
#ifndef TICKS_H
#define TICKS_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Finds out how long a tick is. Takes a millisecond. */
void ticks_start(void);

/* True if ticks are those of the processor. */
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

/* The name of the clock, as INFO shows it. */
const char *ticks_clock(void);

#endif
