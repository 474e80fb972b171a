#include "shutdown_wait.h"

#include <inttypes.h>

#include "acks.h"
#include "blocking.h"
#include "client.h"
#include "clock.h"
#include "follower.h"
#include "history.h"
#include "info.h"
#include "log.h"
#include "pause.h"
#include "primary.h"
#include "settings.h"
#include "timer.h"

bool shutdown_is_later;

static int64_t timeout_s = 10;
static int64_t until_us;          /* replicas are waited for until then */
static enum shutdown_save wanted; /* when the waiting is over */
static bool is_forced;

static void on_time_out(struct timer *timer);
static struct timer timer = {.expired = on_time_out};

/* Asks all in the list, even one that still gets its snapshot, as Redis does:
 * it lacks everything. */
bool shutdown_waits(void) {
    if (timeout_s == 0)
        return false;
    for (const struct follower *f = follower_first; f != NULL; f = f->next)
        if (f->acked != history.offset)
            return true;
    return false;
}

static void end_waiting(void) {
    shutdown_is_later = false;
    timer_stop(&timer);
    pause_keep(PAUSE_OF_SHUTDOWN, false);
}

/* The server goes on. Those who asked for the end get an error. */
static void go_on(void) {
    end_waiting();
    for (struct conn *at = conn_first(); at != NULL; at = at->next) {
        struct client *client = at->app;
        /* A change of the role may have answered it meanwhile. */
        if (client->state.waits_for_end && blocking_waits(client))
            blocking_end(client, SHUTDOWN_FAILED);
        client->state.waits_for_end = false;
    }
}

/* If the stop is decided, the loop ends after this turn, so nobody is
 * answered. */
static void stop(void) {
    if (shutdown_now(wanted, is_forced))
        end_waiting();
    else
        go_on();
}

static void on_time_out(struct timer *unused) {
    (void)unused;
    log_warn("replicas still lack writes, and shutdown-timeout is over");
    stop();
}

void shutdown_look(void) {
    if (!shutdown_waits())
        stop();
}

void shutdown_later(struct client *client, enum shutdown_save save,
                    bool force) {
    if (client != NULL)
        client->state.waits_for_end = true;
    /* What the first one has asked for holds, and its time. */
    if (shutdown_is_later)
        return;
    log_info("the server stops as soon as its replicas have everything");
    shutdown_is_later = true;
    wanted = save;
    is_forced = force;
    /* By themselves they tell what they have once a second only. The question
     * moves the offset, so it comes before writes are stopped, and not at all
     * if a pause holds the history where it is. */
    if (pause_mode == PAUSE_NONE)
        acks_ask();
    pause_keep(PAUSE_OF_SHUTDOWN, true);
    until_us = blocking_moment(timeout_s * 1000);
    timer_start(&timer, until_us);
}

bool shutdown_ask(enum shutdown_save save, bool force) {
    if (!shutdown_waits())
        return shutdown_now(save, force);
    shutdown_later(NULL, save, force);
    return true;
}

void shutdown_info(struct buf *out) {
    int64_t left_us = until_us - clock_monotonic_us();
    if (shutdown_is_later)
        info_line(out, "shutdown_in_milliseconds:%" PRId64,
                  left_us > 0 ? left_us / 1000 : 0);
}

bool shutdown_abort(void) {
    if (!shutdown_is_later)
        return false;
    go_on();
    return true;
}

const struct setting shutdown_settings[] = {
    {"shutdown-timeout", SETTING_INT64(timeout_s, 0, INT32_MAX),
     .help = "seconds to wait for replicas before stopping"},
    {0},
};
