/* The latency monitor: moments at which the server made its clients wait, by
 * the kind of event that did it: "command", "fast-command", "fork" and so on.
 * An event keeps its last samples, at most one a second: the longest. */
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

/* The setting latency-monitor-threshold; 0: nothing is watched. */
extern int64_t latency_threshold_ms;

/* An event took that long: it becomes a sample if the threshold is reached. The
 * name is not copied. */
void latency_add(const char *name, uint64_t us);

/* The same of something that is looked at only if somebody watches: when it
 * began, and then that it is over. */
static inline int64_t latency_begin_us(void) {
    return latency_threshold_ms != 0 ? clock_monotonic_us() : 0;
}

static inline void latency_end(const char *name, int64_t began_us) {
    if (began_us != 0)
        latency_add(name, (uint64_t)(clock_monotonic_us() - began_us));
}

/* The events that have samples, in the order of their names. */
size_t latency_count(void);
const struct latency_event *latency_at(size_t number);
const struct latency_event *latency_find(struct slice name);
/* A sample of an event, from 0 for the oldest. */
const struct latency_sample *latency_sample(const struct latency_event *event,
                                            size_t number);

/* Forgets one event, if there is one of that name, or all. Returns how many. */
size_t latency_reset(struct slice name);
size_t latency_reset_all(void);

#endif
