#include "snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "clock.h"
#include "config.h"
#include "file_replace.h"
#include "info.h"
#include "loading.h"
#include "log.h"
#include "loop.h"
#include "rdb_save.h"
#include "save_points.h"
#include "timer.h"

/* The number of seconds that the next attempt waits after a failure. */
enum { RETRY_S = 5 };

uint64_t snapshot_saves;

static uint64_t changes; /* since the start */
static uint64_t changes_saved, changes_at_fork;
static uint64_t changes_heeded; /* this many make a snapshot due earlier */
static int64_t saved_s;         /* when the last good one was made */
static int64_t began_s;         /* when the last attempt began */
static int64_t last_took_s = -1;
static uint64_t last_private_bytes; /* of the last child */
static bool running, last_failed;
static char begun[FILE_PATH_MAX]; /* the file that the child writes */
static struct timer due_timer;

static int64_t now_s(void) {
    return clock_wall_us() / 1000000;
}

static uint64_t unsaved(void) {
    return changes - changes_saved;
}

/* Writes the file, in the server or in the child. */
static bool write_file(save_progress *progress) {
    return rdb_save_file(config.dbfilename, false,
                         config.rdb_save_incremental_fsync, progress);
}

static void begin(void) {
    (void)snapshot_begin();
}

void snapshot_schedule(void) {
    child_when_free(begin);
}

/* What is due while data are being loaded concerns the old data. Whoever ends
 * the load sets the timer again. */
static void begin_when_due(struct timer *timer) {
    (void)timer;
    if (loading())
        return;
    log_info("%" PRIu64 " changes since the last snapshot", unsaved());
    snapshot_schedule();
}

/* Sets the timer to the moment at which a snapshot is due, and notes the number
 * of changes that would make it due earlier. */
void snapshot_reschedule(void) {
    /* Half of the data must not be saved, and ended() sets the timer when the
     * child is done: one that is due meanwhile would be made right behind it.
     */
    if (loading() || running)
        return;
    uint64_t more;
    int64_t seconds = save_points_due(unsaved(), &more);
    changes_heeded = more < UINT64_MAX ? changes_saved + more : UINT64_MAX;
    /* A point of 0 changes is due without any. */
    if (seconds < 0) {
        timer_stop(&due_timer);
        return;
    }
    /* No server runs that long, and the sum below must not overflow. */
    if (seconds > INT32_MAX)
        seconds = INT32_MAX;
    /* As in Redis, more than that many whole seconds have to pass. */
    int64_t at_s = saved_s + seconds + 1;
    if (last_failed && at_s < began_s + RETRY_S)
        at_s = began_s + RETRY_S;
    /* Clients are told the time of the last save, so that is kept by the clock
     * on the wall. The timer's clock does not jump. */
    int64_t wait_us = at_s * 1000000 - clock_wall_us();
    due_timer.expired = begin_when_due;
    timer_start(&due_timer, clock_monotonic_us() + (wait_us > 0 ? wait_us : 0));
}

void snapshot_changed(uint64_t more) {
    changes += more;
    if (changes >= changes_heeded)
        snapshot_reschedule();
}

static void is_saved(uint64_t of_them) {
    changes_saved = of_them;
    saved_s = now_s();
    last_failed = false;
}

/* Changes made by replaying a log are in no snapshot, so they stay unsaved. */
void snapshot_start(void) {
    saved_s = now_s();
    file_replace_clean_all(config.dbfilename);
    snapshot_reschedule();
}

void snapshot_loaded(void) {
    changes_saved = changes;
    snapshot_reschedule();
}

static bool save(void) {
    snapshot_abort();
    began_s = now_s();
    bool good = write_file(NULL);
    if (good) {
        is_saved(changes);
        log_info("saved in %s", config.dbfilename);
    }
    snapshot_reschedule();
    return good;
}

bool snapshot_save(void) {
    snapshot_saves++;
    return save();
}

/* While data is being loaded, a FLUSHALL may come from a log that is replayed.
 * It must not save, since the data is not complete yet. */
void snapshot_emptied(void) {
    if (loading())
        return;
    snapshot_abort();
    if (save_points_any())
        (void)save();
}

static int work_of_child(void) {
    return write_file(child_progress) ? 0 : 1;
}

static void ended(int status) {
    running = false;
    last_private_bytes = child_private_bytes();
    last_failed = status != 0;
    last_took_s = now_s() - began_s;
    if (last_failed) {
        log_error("the snapshot failed");
    } else {
        is_saved(changes_at_fork);
        log_info("saved in %s by the child, in %" PRId64 " s", begun,
                 last_took_s);
    }
    snapshot_reschedule();
}

bool snapshot_begin(void) {
    began_s = now_s();
    /* What changes from here on is not in the file. */
    changes_at_fork = changes;
    snapshot_saves++;
    /* CONFIG SET may change the name while the child writes. */
    snprintf(begun, sizeof begun, "%s", config.dbfilename);
    int error = child_start("rdb-bgsave", begun, work_of_child, ended);
    if (error != 0) {
        log_error("cannot fork to save: %s", strerror(error));
        last_failed = true;
        snapshot_reschedule();
        return false;
    }
    log_info("saving beside the server");
    timer_stop(&due_timer);
    running = true;
    return true;
}

bool snapshot_running(void) {
    return running || child_replaces(config.dbfilename);
}

void snapshot_abort(void) {
    if (!running)
        return;
    (void)child_kill();
    running = false;
    last_took_s = now_s() - began_s;
    snapshot_reschedule();
}

const char *snapshot_error(void) {
    if (!last_failed || !config.stop_writes_on_bgsave_error ||
        !save_points_any())
        return NULL;
    return "MISCONF Redis is configured to save RDB snapshots, but it's "
           "currently unable to persist to disk. Commands that may modify the "
           "data set are disabled, because this instance is configured to "
           "report errors during writes if RDB snapshotting fails "
           "(stop-writes-on-bgsave-error option). Please check the Redis logs "
           "for details about the RDB error.";
}

int64_t snapshot_last_s(void) {
    return saved_s;
}

void snapshot_info(struct buf *out) {
    info_line(out, "rdb_changes_since_last_save:%" PRIu64, unsaved());
    info_line(out, "rdb_bgsave_in_progress:%d", snapshot_running());
    info_line(out, "rdb_last_save_time:%" PRId64, saved_s);
    info_line(out, "rdb_last_bgsave_status:%s", last_failed ? "err" : "ok");
    info_line(out, "rdb_last_bgsave_time_sec:%" PRId64, last_took_s);
    info_line(out, "rdb_current_bgsave_time_sec:%" PRId64,
              running ? now_s() - began_s : -1);
    info_line(out, "rdb_saves:%" PRIu64, snapshot_saves);
    info_line(out, "rdb_last_cow_size:%" PRIu64, last_private_bytes);
}
