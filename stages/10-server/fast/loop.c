/* The loop on epoll(7).
 *
 * The kernel keeps the set of watched descriptors and a list of those that are
 * ready, so a turn costs O(ready), however many are watched. It must be told
 * when a watch is added, removed, or wants other events. A connection wants
 * other events only when its socket is full or has room again, so a request
 * that is answered at once costs no call of epoll_ctl.
 *
 * A descriptor that is ready is reported again in each turn until its handler
 * has taken what there is: level-triggered, as poll(2) is. */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "log.h"
#include "loop_timers.h"
#include "timer.h"

/* The most reports for one turn. If more descriptors are ready, the kernel
 * begins the next turn with the others. */
enum { REPORTS = 1024 };

static int set_fd = -1;
static struct epoll_event reports[REPORTS];
static int reported, handled; /* in this turn */
static int64_t now_us;

static _Noreturn void give_up(const char *call) {
    log_error("%s: %s", call, strerror(errno));
    abort();
}

static int set(void) {
    if (set_fd < 0 && (set_fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
        give_up("epoll_create1");
    return set_fd;
}

static void tell(int operation, struct watch *watch) {
    struct epoll_event wanted = {
        .events = (watch->events & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
                  (watch->events & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0),
        .data.ptr = watch,
    };
    if (epoll_ctl(set(), operation, watch->fd, &wanted) != 0)
        give_up("epoll_ctl");
}

void loop_add(struct watch *watch) {
    if (now_us == 0) /* nobody has slept yet */
        now_us = clock_monotonic_us();
    tell(EPOLL_CTL_ADD, watch);
}

void loop_change(struct watch *watch, unsigned events) {
    if (watch->events == events)
        return;
    watch->events = events;
    tell(EPOLL_CTL_MOD, watch);
}

/* Closing the descriptor would not be enough: while a child that was forked has
 * it open as well, the kernel goes on reporting it. */
void loop_remove(struct watch *watch) {
    tell(EPOLL_CTL_DEL, watch);
    /* A report later in this turn must not reach a watch that is gone. */
    for (int i = handled; i < reported; i++)
        if (reports[i].data.ptr == watch)
            reports[i].data.ptr = NULL;
}

/* Returns how many milliseconds epoll may wait until the next timer; -1 for
 * ever. Rounded up, because waking before the timer is due would make the loop
 * spin. */
static int wait_ms(void) {
    int64_t due_us = timer_next_due_us();
    if (due_us == INT64_MAX)
        return -1;
    int64_t wait_us = due_us - clock_monotonic_us();
    if (wait_us <= 0)
        return 0;
    int64_t ms = (wait_us + 999) / 1000;
    return ms < 60000 ? (int)ms : 60000;
}

/* A handler may remove watches; loop_remove() then clears their reports. */
static void call_handlers(void) {
    for (handled = 0; handled < reported;) {
        struct epoll_event *report = &reports[handled++];
        struct watch *watch = report->data.ptr;
        /* An error or a hang-up is reported as both: reading or writing will
         * then say what it is. */
        unsigned events = 0;
        if (report->events & ~(uint32_t)EPOLLOUT)
            events |= LOOP_READ;
        if (report->events & ~(uint32_t)EPOLLIN)
            events |= LOOP_WRITE;
        if (watch != NULL)
            watch->ready(watch, events);
    }
}

static void run_timers(void) {
    if (timer_next_due_us() > now_us)
        return;
    int64_t began_us = clock_monotonic_us();
    timer_run_due(now_us);
    loop_timers_us += clock_monotonic_us() - began_us;
}

void loop_turn(void) {
    reported = epoll_wait(set(), reports, REPORTS, wait_ms());
    if (reported < 0 && errno != EINTR)
        give_up("epoll_wait");
    now_us = clock_monotonic_us();
    call_handlers();
    run_timers();
}

int64_t loop_now_us(void) {
    return now_us;
}
