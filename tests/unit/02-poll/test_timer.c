/* Timers against a plain array that is searched from end to end. */
#include "timer.h"

#include <stdlib.h>

#include "unit.h"

enum { TIMERS = 200 };

struct fake {
    struct timer timer; /* first, so that a timer is its fake */
    int64_t due_us;     /* -1: not running */
};
static struct fake fakes[TIMERS];
static int64_t now_us, last_due_us;
static size_t calls, early, disordered, unexpected;

static void on_expired(struct timer *timer) {
    struct fake *fake = (struct fake *)timer;
    calls++;
    unexpected += fake->due_us < 0;
    early += fake->due_us > now_us;
    disordered += fake->due_us < last_due_us;
    last_due_us = fake->due_us;
    fake->due_us = -1;
}

static int64_t earliest(void) {
    int64_t due_us = INT64_MAX;
    for (size_t i = 0; i < TIMERS; i++)
        if (fakes[i].due_us >= 0 && fakes[i].due_us < due_us)
            due_us = fakes[i].due_us;
    return due_us;
}

static void start(struct fake *fake, int64_t due_us) {
    fake->due_us = due_us;
    timer_start(&fake->timer, due_us);
}

static void test_random(void) {
    uint64_t seed = 1;
    size_t wrong = 0;
    for (size_t i = 0; i < TIMERS; i++)
        fakes[i] = (struct fake){{.expired = on_expired}, -1};
    for (int step = 0; step < 100000; step++) {
        struct fake *fake = &fakes[unit_random_below(&seed, TIMERS)];
        switch (unit_random_below(&seed, 8)) {
        case 0:
            now_us += (int64_t)unit_random_below(&seed, 50);
            last_due_us = 0;
            timer_run_due(now_us);
            wrong += earliest() <= now_us;
            break;
        case 1:
        case 2:
            timer_stop(&fake->timer);
            fake->due_us = -1;
            break;
        default: start(fake, now_us + (int64_t)unit_random_below(&seed, 1000));
        }
        wrong += timer_next_due_us() != earliest();
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(early, 0);
    CHECK_INT(disordered, 0);
    CHECK_INT(unexpected, 0);
    CHECK(calls > 1000);
    timer_run_due(INT64_MAX - 1);
    CHECK_INT(earliest(), INT64_MAX);
    CHECK(timer_next_due_us() == INT64_MAX);
}

/* A handler that starts its own timer again, stops another one that is due at
 * the same time, and frees it. */
static struct timer again;
static struct timer *doomed;
static int ran;

static void on_again(struct timer *timer) {
    ran++;
    timer_start(timer, timer->due_us + 10);
    if (doomed != NULL) {
        timer_stop(doomed);
        free(doomed);
        doomed = NULL;
    }
}

static bool doomed_ran;

static void on_doomed(struct timer *timer) {
    (void)timer;
    doomed_ran = true;
}

static void test_handlers(void) {
    again.expired = on_again;
    timer_start(&again, 5);
    doomed = calloc(1, sizeof *doomed);
    doomed->expired = on_doomed;
    timer_start(doomed, 6);
    timer_run_due(4);
    CHECK_INT(ran, 0);
    timer_run_due(6);
    CHECK_INT(ran, 1);
    CHECK(!doomed_ran);
    timer_run_due(24);
    CHECK_INT(ran, 2);
    timer_run_due(25);
    CHECK_INT(ran, 3);
    timer_stop(&again);
    timer_stop(&again); /* does nothing */
    timer_run_due(1000);
    CHECK_INT(ran, 3);
}

int main(void) {
    unit_test("starts, stops and moves, as a plain search has it", test_random);
    unit_test("handlers may start and stop timers", test_handlers);
    return unit_end();
}
