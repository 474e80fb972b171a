#include "ticks.h"

#include <stdio.h>

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

/* Measures for a millisecond, a thousand times the resolution of the clock. */
void ticks_start(void) {
    ticks_of_processor = counter_is_steady();
    if (!ticks_of_processor)
        return;
    int64_t began_us = clock_monotonic_us(), now_us;
    while ((now_us = clock_monotonic_us()) == began_us)
        ;
    began_us = now_us;
    uint64_t began = ticks_now();
    while ((now_us = clock_monotonic_us()) < began_us + 1000)
        ;
    ticks_ns =
        (double)(now_us - began_us) * 1000 / (double)(ticks_now() - began);
}

const char *ticks_clock(void) {
    static char name[64];
    if (!ticks_of_processor)
        return "POSIX clock_gettime";
    snprintf(name, sizeof name, "X86 TSC @ %.0f ticks/us", 1000 / ticks_ns);
    return name;
}
