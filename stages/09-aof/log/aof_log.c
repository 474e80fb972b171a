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
static atomic_int sync_result; /* SYNC_RUNS, 0, or an errno */
static int64_t synced_us;      /* when the last sync began */
static int64_t postponed_us;   /* since when writing waits for a sync; or 0 */
static int64_t told_us;        /* when an error was last logged */
static int error;

/* Numbers of bytes since the start, in whichever file: those before this file;
 * given to the system; covered by the last sync, which may be under way; and
 * known to be on disk. */
static int64_t before, given, covered, synced;

uint64_t aof_log_delayed;
bool aof_log_syncing; /* the thread does, as far as is known */

/* Appending. */

void aof_log_append(struct slice bytes) {
    if (fd >= 0)
        aof_pending_add(bytes);
}

void aof_log_pass(size_t len) {
    given += (int64_t)len;
    aof_pending_drop(len);
}

/* Writing. */

void aof_log_failed(const char *what, int why) {
    error = why;
    if (aof_config.appendfsync == APPENDFSYNC_ALWAYS) {
        log_error("cannot %s the append-only file: %s; with appendfsync always "
                  "no write may be answered that is not on disk, so this is "
                  "the end",
                  what, strerror(why));
        log_exit();
    }
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
    if (part > 0 && ftruncate(fd, (off_t)(given - before)) != 0)
        aof_log_pass(part);
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
    aof_log_pass(bytes.len);
    return true;
}

int aof_log_sync(void) {
    /* Unlike fsync() it may leave out the times of the file, but it brings the
     * length to disk, without which the bytes could not be read. */
    return fdatasync(fd) == 0 ? 0 : errno;
}

static void sync_failed(int why) {
    covered = synced;
    aof_log_failed("sync", why);
}

static bool sync_now(void) {
    int why = aof_log_sync();
    if (why != 0) {
        sync_failed(why);
        return false;
    }
    synced = covered = given;
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
     * miss the disk, so they are not covered. And if there is no thread, the
     * job runs at once. */
    aof_log_syncing = true;
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
    if (!aof_log_syncing)
        return;
    if (result == SYNC_RUNS) {
        wake_in(SYNC_LOOK_US);
        return;
    }
    aof_log_syncing = false;
    if (result != 0) {
        sync_failed(result);
        return;
    }
    synced = covered;
    /* If bytes wait, a write may have failed meanwhile. */
    if (aof_pending_len() == 0)
        worked();
}

static void finish_sync(void) {
    if (aof_log_syncing)
        background_wait(&background_syncing);
    look(&timer);
}

/* With no-appendfsync-on-rewrite, replies are sent without a sync while a child
 * writes, even with appendfsync always, as in Redis. */
static bool sync_is_put_off(void) {
    return aof_config.no_appendfsync_on_rewrite && child_running();
}

/* What was written without a sync stays unsynced, so that the next policy makes
 * up for it. A sync that failed is repeated even if there is nothing new. */
static bool is_sync_due(void) {
    return aof_config.appendfsync != APPENDFSYNC_NO &&
           (covered < given || error != 0);
}

static void sync_each_second(int64_t now) {
    if (!is_sync_due() || aof_log_syncing || sync_is_put_off())
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
    if (aof_config.appendfsync != APPENDFSYNC_EVERYSEC || !aof_log_syncing) {
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

/* Writes what waits. Returns false if it has to wait longer. */
static bool write_waiting(int64_t *now) {
    if (aof_pending_len() == 0)
        return true;
    if (is_postponed(*now))
        return false;
    bool written = aof_log_write();
    int64_t written_us = clock_monotonic_us();
    stage_stalled("aof-write", written_us - *now);
    *now = written_us;
    if (!written)
        wake_in(LOOK_US);
    return written;
}

void aof_log_flush(void) {
    if (fd < 0)
        return;
    look(&timer);
    /* After an error go on though nothing waits: appendfsync may have changed,
     * and a log that works again must be told to work. */
    if (aof_pending_len() == 0 && !is_sync_due() &&
        (error == 0 || aof_log_syncing))
        return;
    int64_t now = clock_monotonic_us();
    if (!write_waiting(&now))
        return;
    if (aof_config.appendfsync == APPENDFSYNC_EVERYSEC) {
        sync_each_second(now); /* whether it works is known later */
        return;
    }
    if (aof_config.appendfsync == APPENDFSYNC_ALWAYS && is_sync_due() &&
        !sync_is_put_off()) {
        (void)sync_now(); /* a failure has ended the process */
        stage_stalled("aof-fsync-always", synced_us - now);
    }
    worked();
}

/* Files. */

void aof_log_open(int file, int64_t size) {
    fd = file;
    before = given - size;
    covered = given;
    aof_pending_next_file();
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
    aof_log_pass(aof_pending_len()); /* without an error, there are none */
    return why;
}

void aof_log_move(int file) {
    finish_sync();
    close(fd);
    synced = given; /* by the new base, even if the old file did not take it */
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

int64_t aof_log_appended(void) {
    return given + (int64_t)aof_pending_len();
}

int64_t aof_log_synced(void) {
    return synced;
}

int64_t aof_log_size(void) {
    if (fd < 0)
        return 0;
    return aof_log_appended() - before;
}

void aof_log_info(struct buf *out) {
    info_line(out, "aof_last_write_status:%s", error == 0 ? "ok" : "err");
    if (fd < 0)
        return;
    info_line(out, "aof_buffer_length:%zu", aof_pending_len());
    info_line(out, "aof_pending_bio_fsync:%d", aof_log_syncing);
    info_line(out, "aof_delayed_fsync:%" PRIu64, aof_log_delayed);
}
