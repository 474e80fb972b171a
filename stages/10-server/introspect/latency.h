/* The latency monitor: when the server made its clients wait, by the kind of
 * event that was the cause: "command", "fast-command", "fork" and so on. An
 * event keeps its last samples. There is at most one a second, the longest. */
#ifndef LATENCY_H
#define LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "slice.h"

enum { LATENCY_SAMPLES = 160, LATENCY_EVENTS = 32 };

struct latency_sample {
    int64_t time_s; /* on the wall */
    uint64_t ms;
};

struct latency_event {
    const char *name;
    uint64_t max_ms; /* since the last reset, also of samples that are gone */
    size_t count, next;
    struct latency_sample samples[LATENCY_SAMPLES]; /* a ring */
};

/* The setting latency-monitor-threshold; 0 means that nothing is recorded. */
extern int64_t latency_threshold_ms;

/* An event took this long. It becomes a sample if that reaches the threshold.
 * The name is not copied. */
void latency_add(const char *name, uint64_t us);

/* The same for an event whose time is taken only if the monitor is on: its
 * beginning, and its end. */
static inline int64_t latency_begin_us(void) {
    return latency_threshold_ms != 0 ? clock_monotonic_us() : 0;
}

static inline void latency_end(const char *name, int64_t began_us) {
    if (began_us != 0)
        latency_add(name, (uint64_t)(clock_monotonic_us() - began_us));
}

/* Return the number of events that have samples, and one of them by its index,
 * in the order of their names. */
size_t latency_count(void);
const struct latency_event *latency_at(size_t number);
const struct latency_event *latency_find(struct slice name);
/* Returns a sample of an event by its index; 0 is the oldest. */
const struct latency_sample *latency_sample(const struct latency_event *event,
                                            size_t number);

/* Removes the event of that name, or all events. Returns how many were
 * removed. */
size_t latency_reset(struct slice name);
size_t latency_reset_all(void);

#endif
