#include "errand.h"

#include "clock.h"

struct background background_replacing;

enum { NOTHING, RUNS, DONE };
enum { LOOK_US = 10000 }; /* between two looks of the loop */

static void run(void *context) {
    struct errand *errand = context;
    errand->work();
    errand->state = DONE; /* atomic: what the work wrote is seen with it */
}

/* Calls ended if the work is done. */
static void hear(struct errand *errand) {
    if (errand->state != DONE)
        return;
    /* Before the call, which may begin the errand again. */
    timer_stop(&errand->timer);
    errand->state = NOTHING;
    errand->ended();
}

static void look(struct timer *timer) {
    struct errand *errand = (struct errand *)timer;
    if (errand->state == RUNS)
        timer_start(timer, clock_monotonic_us() + LOOK_US);
    hear(errand);
}

void errand_begin(struct errand *errand, struct background *thread) {
    errand->thread = thread;
    errand->state = RUNS;
    background_run(thread, run, errand);
    errand->timer.expired = look;
    timer_start(&errand->timer, clock_monotonic_us() + LOOK_US);
}

bool errand_runs(const struct errand *errand) {
    return errand->state != NOTHING;
}

void errand_finish(struct errand *errand) {
    if (!errand_runs(errand))
        return;
    background_wait(errand->thread);
    hear(errand);
}
