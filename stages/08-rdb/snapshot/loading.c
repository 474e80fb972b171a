#include "loading.h"

#include <inttypes.h>

#include "blocking.h"
#include "child.h"
#include "clock.h"
#include "info.h"
#include "keyspace.h"
#include "log.h"
#include "timer.h"

enum {
    SLICE_KEYS = 256, /* loaded between two looks at the clock */
    SLICE_US = 50000, /* between two turns of the loop */
    TELL_US = 2000000 /* between two lines of the log */
};

static bool running;
static int64_t began_us, told_us;
static struct load_progress progress;
static void load_turn(struct timer *timer);
static struct timer timer = {.expired = load_turn};
static void (*tell_ended)(const char *wrong);

static double percent(void) {
    return progress.total > 0
               ? 100.0 * (double)progress.bytes / (double)progress.total
               : 0;
}

static void tell_progress(int64_t now_us) {
    load_disk->progress(&progress);
    if (now_us - told_us < TELL_US)
        return;
    told_us = now_us;
    log_info("loading: %.1f %%", percent());
}

static enum load_status load_slice(void) {
    int64_t now = clock_monotonic_us(), until = now + SLICE_US;
    while (now < until) {
        enum load_status status = load_disk->some(SLICE_KEYS);
        if (status != LOAD_MORE)
            return status;
        now = clock_monotonic_us();
    }
    tell_progress(now);
    return LOAD_MORE;
}

/* Whoever keeps copies of values is told once, and even if there were no keys.
 * It is no client's flush: no snapshot is to be made of it. */
static void empty_all(void) {
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    stage_emptied(false);
}

static void finish(enum load_status status) {
    load_disk->progress(&progress);
    load_disk->close();
    if (status == LOAD_FAILED)
        empty_all();
    running = false; /* only now: while it is set nothing is saved or logged */
    child_hold(false);
    /* Whoever waits for a key may find it now. */
    for (int i = 0; i < keyspace_databases; i++)
        blocking_database_changed(i);
}

static void load_turn(struct timer *expired) {
    enum load_status status = load_slice();
    if (status == LOAD_MORE) {
        /* The timer must not be due before this moment: it would expire again
         * within the same turn, and clients would not be served. */
        timer_start(expired, clock_monotonic_us());
        return;
    }
    finish(status);
    tell_ended(status == LOAD_FAILED ? load_disk->wrong() : NULL);
}

/* A child is held off until the load is over: it would save half of the data.
 */
static void begin(bool empty) {
    child_hold(true);
    running = true;
    began_us = told_us = clock_monotonic_us();
    if (empty)
        empty_all();
}

void loading_go_on(bool empty, void (*ended)(const char *wrong)) {
    tell_ended = ended;
    begin(empty);
    load_turn(&timer);
}

void loading_start(void (*ended)(const char *wrong)) {
    switch (load_disk_open()) {
    case LOAD_FAILED: ended(load_disk->wrong()); break;
    case LOAD_MORE: loading_go_on(false, ended); break;
    default: ended(NULL);
    }
}

void loading_stop(void) {
    if (!running)
        return;
    timer_stop(&timer);
    finish(LOAD_MORE);
}

bool loading(void) {
    return running;
}

enum load_status loading_now(bool empty) {
    enum load_status status = LOAD_MORE;
    begin(empty);
    while (status == LOAD_MORE)
        status = load_disk->some(SLICE_KEYS);
    finish(status);
    return status;
}

void loading_info(struct buf *out) {
    info_line(out, "loading:%d", running);
    info_line(out, "async_loading:0");
    if (running) {
        int64_t took_s = (clock_monotonic_us() - began_us) / 1000000;
        double part = percent() / 100;
        info_line(out, "loading_start_time:%" PRId64,
                  clock_wall_us() / 1000000 - took_s);
        info_line(out, "loading_total_bytes:%" PRIu64, progress.total);
        info_line(out, "loading_loaded_bytes:%" PRIu64, progress.bytes);
        info_line(out, "loading_loaded_perc:%.2f", percent());
        info_line(out, "loading_eta_seconds:%" PRId64,
                  part > 0 ? (int64_t)((double)took_s / part) - took_s : 1);
    }
    info_line(out, "rdb_last_load_keys_expired:%" PRIu64, progress.expired);
    info_line(out, "rdb_last_load_keys_loaded:%" PRIu64, progress.keys);
}
