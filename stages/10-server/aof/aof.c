/* In this form no client waits for what a rewrite takes of the disk: threads do
 * it. And when the log is switched on, a child writes its first base. */
#include "aof.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aof_base.h"
#include "aof_config.h"
#include "aof_files.h"
#include "aof_first.h"
#include "aof_folder.h"
#include "aof_format.h"
#include "aof_log.h"
#include "aof_upgrade.h"
#include "aof_waiting.h"
#include "background.h"
#include "child.h"
#include "clock.h"
#include "errand.h"
#include "info.h"
#include "log.h"

enum { SECOND_US = 1000000, LONGEST_WAIT_S = 3600 };

static enum {
    OFF,
    FIRST, /* switched on, but without a base so far */
    ON
} state;

/* The manifest as it is on disk; in state FIRST, as it will be once there is a
 * base. */
static struct aof_manifest manifest;
static int64_t old_bytes;  /* in all files but the current increment */
static int64_t base_bytes; /* in all files after the last rewrite */

/* The rewrite in progress. */
static bool rewriting, scheduled;
static int64_t next_increment, next_base;
static char base_name[FILE_PATH_MAX], base_path[FILE_PATH_MAX];
static int64_t began_us;

/* What is done to files at the beginning and the end of a rewrite takes several
 * syncs, so threads do it. Meanwhile the manifest is theirs. */
static void begin_files(void), files_begun(void);
static void end_files(void), files_ended(void);
static struct errand beginning = {.work = begin_files, .ended = files_begun};
static struct errand ending = {.work = end_files, .ended = files_ended};
static int sync_error;      /* of the old increment, or 0 */
static int increment_fd;    /* of the new increment, or -1 */
static int64_t begun_bytes; /* in all files, without the new increment */
static bool no_increment;   /* there is none, though the old one is synced */
static bool base_is_used;   /* the manifest names the new base */

static void finish_errands(void) {
    errand_finish(&beginning);
    errand_finish(&ending);
}

/* True if a rewrite began while the log could not be written, mostly because
 * the disk is full. Until there is a new base nothing is written to the log,
 * and write commands are refused. The new base holds everything that waits in
 * the log up to the mark. */
static bool held;
static size_t mark;

/* True if the manifest was replaced but its folder could not be synced, so the
 * one on disk may be the old one or the new one. No rewrite begins before that
 * is known. */
static bool in_doubt;

static int64_t last_took_s = -1;
static uint64_t failures;           /* since the last success */
static uint64_t last_private_bytes; /* of the last child */
static bool last_rewrite_failed;
static int64_t retry_us; /* no rewrite begins by itself before then */

uint64_t aof_rewrites;

/* Files. */

/* Begins a new increment after all files that a newer manifest names, and puts
 * that manifest in place. Returns a descriptor; -1 if it failed, which is
 * logged. Takes over the newer manifest in either case. */
static int begin_increment(struct aof_manifest newer) {
    char name[FILE_PATH_MAX];
    next_increment = aof_manifest_last(&newer, AOF_INCR) + 1;
    aof_folder_increment_name(name, next_increment);
    int fd = aof_folder_create(name);
    if (fd < 0) {
        aof_manifest_free(&newer);
        return -1;
    }
    aof_manifest_add(&newer, AOF_INCR, next_increment, name);
    in_doubt = aof_folder_replace(&manifest, &newer) != 0;
    if (!in_doubt)
        return fd;
    close(fd);
    return -1;
}

static int add_increment(void) {
    struct aof_manifest longer;
    aof_manifest_copy(&longer, &manifest);
    return begin_increment(longer);
}

/* Starting. */

static bool make_files(void) {
    if (manifest.count > 0)
        return true;
    char name[FILE_PATH_MAX], path[FILE_PATH_MAX];
    aof_base_name(name, 1, aof_format.use_rdb_preamble);
    aof_folder_path(path, name);
    if (aof_folder_make() != 0 || aof_base_write(path, NULL) != 0)
        return false;
    log_info("made the append-only file's base, %s", path);
    aof_manifest_add(&manifest, AOF_BASE, 1, name);
    return true;
}

static int open_last(void) {
    const struct aof_file *last = aof_manifest_increment(&manifest);
    if (last == NULL)
        return add_increment();
    char path[FILE_PATH_MAX];
    aof_folder_path(path, last->name);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        log_error("cannot write to %s: %s", path, strerror(errno));
    return fd;
}

void aof_start(void) {
    if (!aof_config.appendonly)
        return;
    manifest = aof_files_take_manifest();
    int fd = aof_waiting_remove() == 0 && make_files() ? open_last() : -1;
    if (fd < 0)
        log_exit();
    aof_folder_clean(&manifest);
    /* Remove the temporary file of a server that died while it wrote a base or
     * a manifest. */
    char path[FILE_PATH_MAX];
    aof_folder_path(path, aof_config.appendfilename);
    file_replace_clean_all(path);
    base_bytes = aof_folder_bytes(&manifest);
    off_t size = lseek(fd, 0, SEEK_END);
    aof_log_open(fd, size > 0 ? (int64_t)size : 0);
    old_bytes = base_bytes - (int64_t)size;
    state = ON;
}

/* Appending. */

bool aof_wanted(void) {
    return state != OFF;
}

bool aof_settle(void) {
    finish_errands();
    return state == OFF || (state == ON && !held && aof_log_settle() == 0);
}

const char *aof_error(void) {
    static char reply[256];
    const char *error = state == ON ? aof_log_error() : NULL;
    if (error == NULL)
        return NULL;
    snprintf(reply, sizeof reply, "MISCONF Errors writing to the AOF file: %s",
             error);
    return reply;
}

bool aof_is_incomplete(void) {
    return state == FIRST;
}

/* Rewriting. */

static int64_t size_now(void) {
    return aof_log_is_open() ? old_bytes + aof_log_size() : 0;
}

static void begin_scheduled(void) {
    if (scheduled)
        (void)aof_rewrite();
}

void aof_rewrite_schedule(void) {
    scheduled = true;
    child_when_free(begin_scheduled);
}

static void begin_if_grown(void) {
    int64_t now = size_now();
    if (rewriting || scheduled || now < aof_config.auto_rewrite_min_size ||
        aof_config.auto_rewrite_percentage == 0 || child_running())
        return;
    int64_t base = base_bytes > 0 ? base_bytes : 1;
    int64_t growth = (now - base) * 100 / base;
    if (growth < aof_config.auto_rewrite_percentage ||
        clock_monotonic_us() < retry_us)
        return;
    log_info("the append-only file has grown by %" PRId64 " %%: writing it "
             "anew",
             growth);
    (void)aof_rewrite();
}

/* Tries again to write a base that is needed at once, however often that fails:
 * without the first base, or the one that lets a held log go on, no write is
 * safe. */
static void retry(void) {
    if (!rewriting && !scheduled && !child_running() &&
        clock_monotonic_us() >= retry_us)
        (void)aof_rewrite();
}

/* Returns true while the new increment is being begun. Nothing is written then:
 * it would belong to the new increment, and that one must not have anything
 * before the old one is complete. With appendfsync always the replies wait for
 * what is written; else they do so only if the disk is slow. */
static bool is_beginning(void) {
    if (errand_runs(&beginning) &&
        (aof_config.appendfsync == APPENDFSYNC_ALWAYS ||
         clock_monotonic_us() - began_us > AOF_LOG_PATIENCE_US))
        errand_finish(&beginning);
    return errand_runs(&beginning);
}

void aof_turn(void) {
    if (state == OFF)
        return;
    if (!is_beginning() && !held)
        aof_log_flush();
    if (state == FIRST || held)
        retry();
    else
        begin_if_grown();
}

static int work_of_child(void) {
    return aof_base_write(base_path, child_progress) == 0 ? 0 : 1;
}

/* Puts a new base in front of the increment that was begun together with it. */
static bool use_next_base(void) {
    struct aof_manifest newer =
        aof_manifest_rebased(&manifest, next_increment, next_base, base_name);
    in_doubt = aof_folder_replace(&manifest, &newer) != 0;
    return !in_doubt;
}

/* Puts the first base in place. From then on the log is complete. */
static bool use_first_base(void) {
    in_doubt = aof_waiting_use(&manifest, next_base, base_name) != 0;
    return !in_doubt;
}

/* Puts a new base in place, and begins the increment that could not be begun
 * before it. */
static bool use_base_when_held(void) {
    increment_fd = begin_increment(
        aof_manifest_rebased(&manifest, INT64_MAX, next_base, base_name));
    return increment_fd >= 0;
}

static void end_files(void) {
    background_wait(BACKGROUND_SYNCING); /* the beginning may still be there */
    base_is_used = !no_increment && (state == FIRST    ? use_first_base()
                                     : sync_error != 0 ? use_base_when_held()
                                                       : use_next_base());
    if (base_is_used)
        aof_folder_clean(&manifest);
}

/* After three failures in a row, rewrites that begin by themselves wait for a
 * minute, and for twice as long after each further failure. */
static void rewrite_failed(void) {
    rewriting = false;
    held =
        held && in_doubt; /* otherwise the log goes on in the old increment */
    last_rewrite_failed = true;
    failures++;
    int64_t wait_s = failures < 3 ? 1 : 60;
    for (uint64_t i = 3; i < failures && wait_s < LONGEST_WAIT_S; i++)
        wait_s *= 2;
    retry_us = clock_monotonic_us() + wait_s * SECOND_US;
    log_error("writing the append-only file anew has failed");
}

static void give_up_base(void) {
    unlink(base_path);
    rewrite_failed();
}

static void files_ended(void) {
    errand_finish(&beginning);
    if (!base_is_used) {
        rewrite_failed();
        return;
    }
    if (held)
        aof_log_move(increment_fd, mark);
    if (state == FIRST)
        state = ON;
    rewriting = held = last_rewrite_failed = false;
    failures = 0;
    base_bytes = aof_folder_bytes(&manifest);
    old_bytes = aof_folder_size(base_name);
    log_info("the append-only file was written anew, in %" PRId64 " s",
             last_took_s);
}

static void child_ended(int status) {
    last_private_bytes = child_private_bytes();
    last_took_s = (clock_monotonic_us() - began_us) / SECOND_US;
    if (status == 0)
        errand_begin(&ending, BACKGROUND_REPLACING);
    else
        give_up_base();
}

/* The old increment is brought to disk before the manifest names the new one,
 * since only the last increment may end in the middle of a command. */
static void begin_files(void) {
    sync_error = aof_log_sync();
    if (sync_error != 0)
        return;
    increment_fd = add_increment();
    no_increment = increment_fd < 0;
    begun_bytes = aof_folder_bytes(&manifest);
}

/* If the disk does not take the old increment, the log is held: a new base may
 * still fit, and frees the space of the files that it replaces. */
static void hold(void) {
    held = true;
    log_warn("the append-only file cannot be written: it is held until there "
             "is a new base");
}

static void files_begun(void) {
    if (sync_error != 0) {
        aof_log_failed("sync", sync_error);
        hold();
    } else if (!no_increment) {
        aof_log_move(increment_fd, mark);
        old_bytes = begun_bytes;
    } else if (rewriting && !errand_runs(&ending)) {
        (void)child_kill();
        give_up_base();
    }
}

/* Sends the effects from now on to a new increment. */
static void switch_increment(void) {
    sync_error = aof_log_write() ? 0 : EIO;
    mark = aof_log_mark();
    held = false;
    if (sync_error == 0)
        errand_begin(&beginning, BACKGROUND_SYNCING);
    else
        hold();
}

/* Begins the increment that waits for the first base. Effects that were logged
 * for a base that failed are of no use without it. */
static bool begin_waiting(void) {
    int fd = aof_waiting_create(&manifest);
    if (fd < 0)
        return false;
    if (aof_log_is_open())
        aof_log_move(fd, aof_log_mark());
    else
        aof_log_open(fd, 0);
    return true;
}

/* Reads the manifest of a log that is switched off. */
static bool read_manifest(void) {
    aof_manifest_free(&manifest);
    return aof_upgrade_read(&manifest) != AOF_BROKEN &&
           aof_waiting_rename(&manifest) == 0;
}

/* Prepares the files for a child that writes all data as they are at this
 * moment: effects from now on belong behind the new base. */
static bool prepare(void) {
    next_increment = INT64_MAX;
    if (aof_folder_make() != 0 || (state == OFF && !read_manifest()))
        return false;
    if (in_doubt && aof_folder_write(&manifest) != 0)
        return false;
    in_doubt = false;
    if (state == FIRST)
        return begin_waiting();
    if (aof_waiting_rename(&manifest) != 0 || aof_waiting_remove() != 0)
        return false;
    aof_waiting_remove_bases(&manifest);
    return true;
}

bool aof_rewrite(void) {
    finish_errands();
    scheduled = no_increment = false;
    sync_error = 0;
    began_us = clock_monotonic_us();
    if (!prepare()) {
        rewrite_failed();
        return false;
    }
    next_base = aof_manifest_last(&manifest, AOF_BASE) + 1;
    aof_base_name(base_name, next_base, aof_format.use_rdb_preamble);
    aof_folder_path(base_path, base_name);
    int error =
        child_start("aof-rewrite", base_path, work_of_child, child_ended);
    if (error != 0) {
        log_error("cannot fork to write the append-only file anew: %s",
                  strerror(error));
        rewrite_failed();
        return false;
    }
    rewriting = true;
    aof_rewrites++;
    if (state == ON)
        switch_increment();
    log_info("writing the append-only file anew");
    return true;
}

bool aof_rewriting(void) {
    return rewriting;
}

void aof_rewrite_abort(void) {
    scheduled = false;
    finish_errands();
    if (!rewriting)
        return;
    (void)child_kill();
    unlink(base_path);
    rewriting = held = false;
}

/* Switching. */

/* Removes the increment that waits for its base, unless the manifest on disk
 * may already name the two. */
static void give_up_first(void) {
    if (in_doubt && aof_folder_write(&manifest) != 0)
        return;
    if (aof_waiting_remove() == 0)
        aof_waiting_remove_bases(&manifest);
}

static void switch_off(void) {
    aof_rewrite_abort();
    if (aof_log_close() != 0)
        log_error("the append-only file could not be written to its end");
    if (state == FIRST)
        give_up_first();
    aof_manifest_free(&manifest);
    held = in_doubt = false;
    state = OFF;
}

static const char *switch_on(void) {
    /* A rewrite in progress is of no use: changes since it began were not
     * logged. */
    aof_rewrite_abort();
    if (!read_manifest())
        return "the manifest cannot be read. Check server logs.";
    state = FIRST;
    if (child_running() || child_held())
        aof_rewrite_schedule();
    else if (!aof_rewrite())
        switch_off();
    return state != OFF ? NULL : "Unable to turn on AOF. Check server logs.";
}

const char *aof_switched(void) {
    if (aof_config.appendonly == (state != OFF))
        return NULL;
    if (aof_config.appendonly)
        return switch_on();
    switch_off();
    return NULL;
}

void aof_stop(void) {
    switch_off();
}

void aof_info(struct buf *out) {
    info_line(out, "aof_enabled:%d", state != OFF);
    info_line(out, "aof_rewrite_in_progress:%d", rewriting);
    info_line(out, "aof_rewrite_scheduled:%d", scheduled);
    info_line(out, "aof_last_rewrite_time_sec:%" PRId64, last_took_s);
    info_line(out, "aof_current_rewrite_time_sec:%" PRId64,
              rewriting ? (clock_monotonic_us() - began_us) / SECOND_US : -1);
    info_line(out, "aof_last_bgrewrite_status:%s",
              last_rewrite_failed ? "err" : "ok");
    info_line(out, "aof_rewrites:%" PRIu64, aof_rewrites);
    info_line(out, "aof_last_cow_size:%" PRIu64, last_private_bytes);
    info_line(out, "aof_rewrites_consecutive_failures:%" PRIu64, failures);
    aof_log_info(out);
    if (state == OFF)
        return;
    info_line(out, "aof_current_size:%" PRId64, size_now());
    info_line(out, "aof_base_size:%" PRId64, base_bytes);
    info_line(out, "aof_pending_rewrite:%d", scheduled);
}
