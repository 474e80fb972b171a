#include "latency.h"

#include "settings.h"

int64_t latency_threshold_ms;

static struct latency_event events[LATENCY_EVENTS];
static size_t event_count;

const struct setting latency_settings[] = {
    {"latency-monitor-threshold",
     SETTING_INT64(latency_threshold_ms, 0, INT64_MAX)},
    {0},
};

/* Returns the index of the first event whose name is not less than this one.
 * There are few events, so it looks at one after the other. */
static size_t place_of(struct slice name) {
    size_t at = 0;
    while (at < event_count &&
           slice_compare(slice_of(events[at].name), name) < 0)
        at++;
    return at;
}

const struct latency_event *latency_find(struct slice name) {
    size_t at = place_of(name);
    bool found =
        at < event_count && slice_equal(slice_of(events[at].name), name);
    return found ? &events[at] : NULL;
}

static struct latency_event *find_or_add(const char *name) {
    struct slice text = slice_of(name);
    size_t at = place_of(text);
    if (latency_find(text) == NULL) {
        /* The server has fewer kinds of events than this, so none is lost. */
        if (event_count == LATENCY_EVENTS)
            return NULL;
        memmove(&events[at + 1], &events[at],
                (event_count++ - at) * sizeof events[0]);
        events[at] = (struct latency_event){.name = name};
    }
    return &events[at];
}

const struct latency_sample *latency_sample(const struct latency_event *event,
                                            size_t number) {
    /* The number of samples is added so that the difference is never
     * negative. */
    size_t oldest = event->next + LATENCY_SAMPLES - event->count;
    return &event->samples[(oldest + number) % LATENCY_SAMPLES];
}

static void add_sample(struct latency_event *event, uint64_t ms) {
    int64_t now_s = clock_wall_us() / 1000000;
    if (ms > event->max_ms)
        event->max_ms = ms;
    if (event->count > 0) {
        size_t last = (event->next + LATENCY_SAMPLES - 1) % LATENCY_SAMPLES;
        struct latency_sample *sample = &event->samples[last];
        /* Of one second only the worst sample is kept. */
        if (sample->time_s == now_s) {
            if (ms > sample->ms)
                sample->ms = ms;
            return;
        }
    }
    event->samples[event->next] = (struct latency_sample){now_s, ms};
    event->next = (event->next + 1) % LATENCY_SAMPLES;
    if (event->count < LATENCY_SAMPLES)
        event->count++;
}

void latency_add(const char *name, uint64_t us) {
    if (latency_threshold_ms == 0 || us / 1000 < (uint64_t)latency_threshold_ms)
        return;
    struct latency_event *event = find_or_add(name);
    if (event != NULL)
        add_sample(event, us / 1000);
}

size_t latency_count(void) {
    return event_count;
}

const struct latency_event *latency_at(size_t number) {
    return &events[number];
}

size_t latency_reset(struct slice name) {
    const struct latency_event *event = latency_find(name);
    if (event == NULL)
        return 0;
    size_t at = (size_t)(event - events);
    memmove(&events[at], &events[at + 1],
            (--event_count - at) * sizeof events[0]);
    return 1;
}

size_t latency_reset_all(void) {
    size_t count = event_count;
    event_count = 0;
    return count;
}
