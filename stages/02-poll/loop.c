/* The loop on poll(2).
 *
 * poll wants its descriptors in one array without holes: pollfds[] is that
 * array, and watches[i] owns pollfds[i]. A removed entry is filled with the
 * last one. Adding, changing and removing cost O(1), a turn O(descriptors
 * watched), which is what epoll(7) and kqueue(2) were made to avoid. */
#include "loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "timer.h"
#include "xalloc.h"

static struct pollfd *pollfds;
static struct watch **watches;
static size_t count, room;
static int64_t now_us;

static short poll_events(unsigned events) {
    return (short)((events & LOOP_READ ? POLLIN : 0) |
                   (events & LOOP_WRITE ? POLLOUT : 0));
}

void loop_add(struct watch *watch) {
    if (now_us == 0) /* nobody has slept yet */
        now_us = clock_monotonic_us();
    if (count == room) {
        room = room != 0 ? room * 2 : 64;
        pollfds = xrealloc(pollfds, room * sizeof *pollfds);
        watches = xrealloc(watches, room * sizeof *watches);
    }
    watch->slot = count++;
    watches[watch->slot] = watch;
    pollfds[watch->slot] = (struct pollfd){
        .fd = watch->fd,
        .events = poll_events(watch->events),
    };
}

void loop_change(struct watch *watch, unsigned events) {
    if (watch->events == events)
        return;
    watch->events = events;
    pollfds[watch->slot].events = poll_events(events);
}

void loop_remove(struct watch *watch) {
    size_t hole = watch->slot;
    assert(hole < count && watches[hole] == watch);
    count--;
    /* With its revents: it may be ready, and not have been called yet. */
    pollfds[hole] = pollfds[count];
    watches[hole] = watches[count];
    watches[hole]->slot = hole;
}

/* Returns how many milliseconds poll may wait until the next timer; -1 for
 * ever. Rounded up, because waking before the timer is due would make the loop
 * spin; at most a minute, so that it fits an int. */
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

/* Calls the handlers in the order in which the watches were added, so that of
 * two that are ready in one turn the older one is first. A handler may remove
 * watches. Then the last one fills the hole and is called there; if the hole is
 * behind us, it has its turn the next time. */
static void call_handlers(int ready) {
    for (size_t i = 0; i < count && ready > 0;) {
        struct watch *watch = watches[i];
        short came = pollfds[i].revents;
        if (came != 0) {
            pollfds[i].revents = 0;
            ready--;
            /* POLLERR and POLLHUP are neither, and so count as both. */
            unsigned events = (came & ~POLLOUT ? LOOP_READ : 0u) |
                              (came & ~POLLIN ? LOOP_WRITE : 0u);
            watch->ready(watch, events);
        }
        /* Did it remove itself, so that another one stands here now? */
        if (i < count && watches[i] == watch)
            i++;
    }
}

void loop_turn(void) {
    int ready = poll(pollfds, (nfds_t)count, wait_ms());
    /* After a signal (EINTR) nothing is ready, but a timer may be due. */
    if (ready < 0 && errno != EINTR) {
        log_error("poll: %s", strerror(errno));
        abort();
    }
    now_us = clock_monotonic_us();
    call_handlers(ready);
    timer_run_due(now_us);
}

int64_t loop_now_us(void) {
    return now_us;
}
