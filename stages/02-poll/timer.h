/* Timers: functions to be called when their time has come.
 *
 * A timer is a member of the thing that it serves, as a watch is (loop.h). Its
 * owner may start and stop timers in any handler, the timer's own included, and
 * may free one as soon as timer_stop() has returned.
 *
 * They stand in a binary heap, earliest on top (Williams, "Heapsort", CACM
 * 1964): start and stop cost O(log n), a look at the next one O(1). */
#ifndef TIMER_H
#define TIMER_H

#include <stddef.h>
#include <stdint.h>

/* A timer that is all zeros, but for expired, is not running. */
struct timer {
    void (*expired)(struct timer *timer);
    int64_t due_us; /* on the monotonic clock */
    size_t slot;    /* place in the heap; 0 when not running */
};

/* Calls timer->expired once, not before due_us. A timer that is running already
 * is moved. */
void timer_start(struct timer *timer, int64_t due_us);
void timer_stop(struct timer *timer);

/* Returns when the next timer is due, or INT64_MAX if none is running. */
int64_t timer_next_due_us(void);

/* Calls each timer that is due at now_us, the earliest first. A timer that is
 * started meanwhile, and is due too, is called as well. */
void timer_run_due(int64_t now_us);

#endif
