#include "ticks.h"

#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

bool ticks_of_processor;

double ticks_ns = 1000;

/* The counter can be used only if it is "invariant": AMD64 Architecture
 * Programmer's Manual, volume 3, CPUID function 8000_0007h, bit 8 of EDX. */
static bool counter_is_steady(void) {
#if defined(__x86_64__)
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) && (edx & 1u << 8);
#else
    return false;
#endif
}

/* A moment, by both clocks. */
struct moment {
    int64_t ns;
    uint64_t ticks;
};

/* Reads both clocks, and the counter once more. Whoever is interrupted in
 * between reads two moments, so the fastest of several tries counts. */
static struct moment moment_now(void) {
    enum { TRIES = 8 };
    struct moment best = {0};
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        struct timespec now;
        uint64_t ticks = ticks_now();
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t took = ticks_now() - ticks;
        if (took >= least)
            continue;
        least = took;
        best.ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
        /* The system's clock was read about halfway between the two counts. */
        best.ticks = ticks + took / 2;
    }
    return best;
}

/* Measures for a millisecond. Each moment is known to some 20 ns. */
void ticks_start(void) {
    enum { MEASURE_NS = 1000000 };
    ticks_of_processor = counter_is_steady();
    if (!ticks_of_processor)
        return;
    struct moment began = moment_now(), now;
    do
        now = moment_now();
    while (now.ns - began.ns < MEASURE_NS);
    ticks_ns = (double)(now.ns - began.ns) / (double)(now.ticks - began.ticks);
}

const char *ticks_clock(void) {
    static char name[64];
    if (!ticks_of_processor)
        return "POSIX clock_gettime";
    snprintf(name, sizeof name, "X86 TSC @ %.0f ticks/us", 1000 / ticks_ns);
    return name;
}
