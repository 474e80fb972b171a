#include "loading.h"

#include <inttypes.h>

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
static struct timer timer;
static void (*tell_loaded)(void);

static double percent(void) {
    return progress.total > 0
               ? 100.0 * (double)progress.bytes / (double)progress.total
               : 0;
}

static void tell_progress(int64_t now_us) {
    load_disk_progress(&progress);
    if (now_us - told_us < TELL_US)
        return;
    told_us = now_us;
    log_info("loading: %.1f %%", percent());
}

/* Returns whether that was all. */
static bool load_slice(void) {
    int64_t now = clock_monotonic_us(), until = now + SLICE_US;
    while (now < until) {
        if (load_disk_some(SLICE_KEYS))
            return true;
        now = clock_monotonic_us();
    }
    tell_progress(now);
    return false;
}

static bool finish(void) {
    load_disk_progress(&progress);
    running = false;
    return load_disk_close();
}

static void go_on(struct timer *expired) {
    if (!load_slice()) {
        /* Not before this turn's moment, or it would run again within it. */
        timer_start(expired, clock_monotonic_us());
        return;
    }
    if (!finish())
        log_exit();
    tell_loaded();
}

static void begin(void) {
    running = true;
    began_us = told_us = clock_monotonic_us();
    timer.expired = go_on;
}

void loading_start(void (*loaded)(void)) {
    tell_loaded = loaded;
    switch (load_disk_open()) {
    case LOAD_NOTHING: loaded(); break;
    case LOAD_FOUND:
        begin();
        go_on(&timer);
        break;
    case LOAD_FAILED: log_exit();
    }
}

void loading_stop(void) {
    if (!running)
        return;
    timer_stop(&timer);
    (void)finish(); /* half of it is loaded, and nobody wants it */
}

bool loading(void) {
    return running;
}

static void empty_all(void) {
    for (int i = 0; i < KEYSPACE_DATABASES; i++)
        (void)keyspace_flush(keyspace_db(i));
}

bool loading_now(enum load_found (*open)(void), bool empty) {
    enum load_found found = open();
    if (found == LOAD_NOTHING)
        log_error("there is nothing to be loaded");
    if (found != LOAD_FOUND)
        return false;
    begin();
    if (empty)
        empty_all();
    while (!load_disk_some(SLICE_KEYS))
        continue;
    if (!finish()) {
        log_error("half of that is loaded, and the data that were there are "
                  "gone: this is the end");
        log_exit();
    }
    return true;
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
