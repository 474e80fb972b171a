#include "aof_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_pending.h"
#include "background.h"
#include "child.h"
#include "clock.h"
#include "file_replace.h"
#include "info.h"
#include "log.h"
#include "stalled.h"
#include "timer.h"

enum {
    SECOND_US = 1000000,
    LOOK_US = 100000,     /* between two looks while work waits */
    SYNC_LOOK_US = 10000, /* and at the thread that syncs */
    SYNC_RUNS = -1
};

static int fd = -1;
static int64_t written; /* bytes of the file that are right */
static bool unsynced;   /* something was written since the last sync */
static bool syncing;    /* by the thread, of whose end is not known yet */
static atomic_int sync_result; /* SYNC_RUNS, 0, or an errno */
static int64_t synced_us;      /* when the last sync began */
static int64_t postponed_us;   /* since when writing waits for a sync; or 0 */
static int64_t told_us;        /* when an error was last logged */
static int error;

uint64_t aof_log_delayed;
int64_t aof_log_sleep_us;

/* Numbers of bytes since the start: appended, given to the system, covered by
 * the sync in progress, and synced. */
int64_t aof_log_appended, aof_log_synced;
static int64_t given, covered;

/* Appending. */

void aof_log_append(struct slice bytes) {
    if (fd < 0)
        return;
    aof_pending_add(bytes);
    aof_log_appended += (int64_t)bytes.len;
}

/* Writing. */

static _Noreturn void give_up(const char *what) {
    log_error("cannot %s the append-only file: %s; with appendfsync always no "
              "write may be answered that is not on disk, so this is the end",
              what, strerror(error));
    log_exit();
}

void aof_log_failed(const char *what, int why) {
    error = why;
    if (aof_config.appendfsync == APPENDFSYNC_ALWAYS)
        give_up(what);
    int64_t now = clock_monotonic_us();
    if (now - told_us < 30 * SECOND_US && told_us != 0)
        return;
    told_us = now;
    log_error("cannot %s the append-only file: %s; writes are refused until "
              "that works again",
              what, strerror(why));
}

static void worked(void) {
    if (error != 0)
        log_info("the append-only file can be written again");
    error = 0;
    told_us = 0;
}

/* Removes the part of a write that went through, since it may end in the middle
 * of a request. If that fails, too, the rest has to follow right behind that
 * part, so the next attempt continues there. */
static void take_back(size_t part) {
    /* The file is open for appending: the next write goes to its new end. */
    if (part == 0 || ftruncate(fd, (off_t)written) == 0)
        return;
    written += (int64_t)part;
    aof_pending_drop(part);
}

bool aof_log_write(void) {
    struct slice bytes = aof_pending_bytes();
    size_t done = file_write(fd, bytes.ptr, bytes.len);
    if (done < bytes.len) {
        int why = errno; /* before take_back() can change it */
        take_back(done);
        aof_log_failed("write", why);
        return false;
    }
    written += (int64_t)bytes.len;
    given = aof_log_appended;
    unsynced |= bytes.len > 0;
    aof_pending_drop(bytes.len);
    return true;
}

int aof_log_sync(void) {
    /* Unlike fsync() it may leave out the times of the file, but it brings the
     * length to disk, without which the bytes could not be read. */
    return fdatasync(fd) == 0 ? 0 : errno;
}

static bool sync_now(void) {
    int why = aof_log_sync();
    unsynced = why != 0;
    if (unsynced) {
        aof_log_failed("sync", why);
        return false;
    }
    aof_log_synced = given;
    synced_us = clock_monotonic_us();
    return true;
}

static void look(struct timer *timer);

/* It wakes the loop, and each turn flushes. */
static struct timer timer = {.expired = look};

static void wake_in(int64_t us) {
    if (timer.slot == 0)
        timer_start(&timer, clock_monotonic_us() + us);
}

/* Runs in the thread. The file stays open until it is done. */
static void sync_file(void *unused) {
    (void)unused;
    sync_result = aof_log_sync();
}

static void begin_sync(void) {
    /* All this comes before the job. Bytes that are written while it runs may
     * miss the disk, so they are not covered, and make the file unsynced again.
     * And if there is no thread, the job runs at once. */
    unsynced = false;
    syncing = true;
    covered = given;
    sync_result = SYNC_RUNS;
    background_run(&background_syncing, sync_file, NULL);
    wake_in(SYNC_LOOK_US);
}

/* Sees if the thread has synced. A sync that failed is repeated, and writes are
 * refused until one succeeds. A known limit, as in Redis: Linux may take the
 * bytes of a failed sync for written, so they may be lost even then. */
static void look(struct timer *unused) {
    int result = sync_result;
    (void)unused;
    if (!syncing)
        return;
    if (result == SYNC_RUNS) {
        wake_in(SYNC_LOOK_US);
        return;
    }
    syncing = false;
    if (result != 0) {
        aof_log_failed("sync", result);
        unsynced = true;
        return;
    }
    /* With appendfsync always there may have been a later sync meanwhile. */
    if (covered > aof_log_synced)
        aof_log_synced = covered;
    /* If bytes wait, a write may have failed meanwhile. */
    if (aof_pending_len() == 0)
        worked();
}

static void finish_sync(void) {
    if (syncing)
        background_wait(&background_syncing);
    look(&timer);
}

/* With no-appendfsync-on-rewrite, replies are sent without a sync while a child
 * writes, even with appendfsync always, as in Redis. */
static bool sync_is_put_off(void) {
    return aof_config.no_appendfsync_on_rewrite && child_running();
}

/* What was written without a sync stays unsynced, so that the next policy makes
 * up for it. */
static bool is_sync_due(void) {
    return unsynced && aof_config.appendfsync != APPENDFSYNC_NO;
}

static void sync_each_second(int64_t now) {
    if (!unsynced || syncing || sync_is_put_off())
        return;
    if (now - synced_us < SECOND_US) {
        /* If all clients fall silent now, no turn would sync the last write. */
        wake_in(synced_us + SECOND_US - now);
        return;
    }
    synced_us = now;
    begin_sync();
}

/* Returns true while writing has to wait for the thread: a write to a file that
 * is being synced may block as long as the sync. */
static bool is_postponed(int64_t now) {
    if (aof_config.appendfsync != APPENDFSYNC_EVERYSEC || !syncing) {
        postponed_us = 0;
        return false;
    }
    if (postponed_us == 0)
        postponed_us = now;
    /* Replies do not wait meanwhile, and a crash of the server would lose what
     * waits, so this has a bound. */
    if (now - postponed_us < AOF_LOG_PATIENCE_US) {
        wake_in(LOOK_US);
        return true;
    }
    aof_log_delayed++;
    postponed_us = 0;
    log_warn("the disk is slow: a sync of the append-only file takes more than "
             "2 s, writing on without it");
    return false;
}

/* Names the kind of write for latency events: it may have to wait for the disk
 * if a sync or a child keeps that busy. */
static const char *kind_of_write(void) {
    return syncing           ? "aof-write-pending-fsync"
           : child_running() ? "aof-write-active-child"
                             : "aof-write-alone";
}

void aof_log_flush(void) {
    if (fd < 0)
        return;
    look(&timer);
    /* After an error go on though nothing waits: appendfsync may have changed,
     * and a log that works again must be told to work. */
    if (aof_pending_len() == 0 && !is_sync_due() && (error == 0 || syncing))
        return;
    int64_t now = clock_monotonic_us();
    if (aof_pending_len() > 0) {
        if (is_postponed(now))
            return;
        if (aof_log_sleep_us > 0)
            usleep((useconds_t)aof_log_sleep_us);
        bool went = aof_log_write();
        int64_t written_us = clock_monotonic_us();
        stage_stalled(kind_of_write(), written_us - now);
        stage_stalled("aof-write", written_us - now);
        now = written_us;
        if (!went) {
            wake_in(LOOK_US);
            return;
        }
    }
    if (aof_config.appendfsync == APPENDFSYNC_EVERYSEC) {
        sync_each_second(now); /* whether it works is known later */
        return;
    }
    if (aof_config.appendfsync == APPENDFSYNC_ALWAYS && unsynced &&
        !sync_is_put_off()) {
        (void)sync_now(); /* a failure has ended the process */
        stage_stalled("aof-fsync-always", synced_us - now);
    }
    worked();
}

/* Files. */

void aof_log_open(int file, int64_t size) {
    fd = file;
    written = size;
    aof_pending_next_file();
    unsynced = false;
    synced_us = clock_monotonic_us();
    postponed_us = 0;
    error = 0;
}

int aof_log_settle(void) {
    if (fd < 0)
        return 0;
    /* First, so that none is under way any more when this returns. */
    finish_sync();
    if (!aof_log_write() || !sync_now())
        return error;
    worked();
    return 0;
}

int aof_log_close(void) {
    if (fd < 0)
        return 0;
    int why = aof_log_settle();
    /* The thread does not use it any more: settling has waited for that. */
    close(fd);
    fd = -1;
    timer_stop(&timer);
    aof_pending_drop(aof_pending_len());
    return why;
}

size_t aof_log_mark(void) {
    aof_pending_next_file();
    return aof_pending_len();
}

void aof_log_move(int file, size_t mark) {
    finish_sync();
    close(fd);
    aof_pending_drop(mark); /* the new base holds it */
    if (aof_pending_len() == 0)
        given = aof_log_appended; /* even if the old file did not take it */
    aof_log_synced = given;
    aof_log_open(file, 0);
}

bool aof_log_is_open(void) {
    return fd >= 0;
}

const char *aof_log_refusal(void) {
    static char reply[256];
    if (fd < 0 || error == 0)
        return NULL;
    snprintf(reply, sizeof reply, "MISCONF Errors writing to the AOF file: %s",
             strerror(error));
    return reply;
}

int64_t aof_log_size(void) {
    if (fd < 0)
        return 0;
    return written + (int64_t)aof_pending_len();
}

void aof_log_info(struct buf *out) {
    info_line(out, "aof_last_write_status:%s", error == 0 ? "ok" : "err");
    if (fd < 0)
        return;
    info_line(out, "aof_buffer_length:%zu", aof_pending_len());
    info_line(out, "aof_pending_bio_fsync:%d", syncing);
    info_line(out, "aof_delayed_fsync:%" PRIu64, aof_log_delayed);
}
