/* In this form no client waits for what a rewrite takes of the disk: threads do
 * it. And when the log is switched on, a child writes its first base. */
#include "aof.h"

#include <errno.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_first.h"
#include "aof_log.h"
#include "aof_pending.h"
#include "aof_state.h"
#include "aof_upgrade.h"
#include "aof_waiting.h"
#include "child.h"
#include "clock.h"
#include "errand.h"
#include "log.h"

/* In state FIRST the manifest is still that of an older log, or empty. */
static enum {
    OFF,
    FIRST, /* switched on, but without a base so far */
    ON
} state;

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

/* The mark for a rewrite says how much of what was appended could not be
 * written so far. */
static size_t set_mark(void) {
    aof_pending_next_file();
    return aof_pending_len();
}

/* The log goes on in another file, without what the new base holds. It must not
 * be flushed between set_mark() and this. */
static void move_on(int fd, size_t held_by_base) {
    aof_log_pass(held_by_base);
    aof_log_move(fd);
}

void aof_start(void) {
    if (!aof_config.appendonly)
        return;
    /* If it was of use, loading has made it an increment by now (aof_find.c).
     */
    if (aof_waiting_remove() != 0)
        log_exit();
    aof_state_start();
    state = ON;
}

/* Appending. */

bool aof_wanted(void) {
    return state != OFF;
}

bool aof_settle(void) {
    finish_errands();
    /* Without a base, or while the log is held, the files lack something
     * however well it is synced. */
    return state == OFF || (state == ON && !held && aof_log_settle() == 0);
}

const char *aof_error(void) {
    return state == ON ? aof_log_refusal() : NULL;
}

bool aof_is_incomplete(void) {
    return state == FIRST;
}

/* Rewriting. */

/* Tries again to write a base that is needed at once, however often that fails:
 * without the first base, or the one that lets a held log go on, no write is
 * safe. */
static void retry(void) {
    if (!aof.rewriting && !aof.scheduled && !child_running() &&
        clock_monotonic_us() >= aof.retry_us)
        (void)aof_rewrite();
}

/* Returns true while the new increment is being begun. Nothing is written then:
 * it would belong to the new increment, and that one must not have anything
 * before the old one is complete. With appendfsync always the replies wait for
 * what is written; else they do so only if the disk is slow. */
static bool is_beginning(void) {
    if (errand_runs(&beginning) &&
        (aof_config.appendfsync == APPENDFSYNC_ALWAYS ||
         clock_monotonic_us() - aof.began_us > AOF_LOG_PATIENCE_US))
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
        aof_state_begin_if_grown();
}

/* Puts a new base in front of the increment that was begun together with it. */
static bool use_next_base(void) {
    return aof_state_use(
        aof_manifest_rebased(&aof.manifest, aof.base, state == ON));
}

/* Puts the first base in place. From then on the log is complete. */
static bool use_first_base(void) {
    aof.in_doubt = aof_waiting_use(&aof.manifest, aof.base) != 0;
    return !aof.in_doubt;
}

/* Puts a new base in place, and begins the increment that could not be begun
 * before it. */
static bool use_base_when_held(void) {
    increment_fd = aof_state_begin_increment(
        aof_manifest_rebased(&aof.manifest, aof.base, false));
    return increment_fd >= 0;
}

static void end_files(void) {
    background_wait(&background_syncing); /* the beginning may still be there */
    base_is_used = !no_increment && (state == FIRST    ? use_first_base()
                                     : sync_error != 0 ? use_base_when_held()
                                                       : use_next_base());
    if (base_is_used)
        aof_folder_clean(&aof.manifest);
}

static bool rewrite_failed(void) {
    /* The log goes on in the old increment, unless the manifest on disk may
     * already name a new one. */
    held = held && aof.in_doubt;
    return aof_state_rewrite_failed();
}

static void files_ended(void) {
    /* The work of the beginning is over (end_files() has waited for it), but
     * the loop may not have heard of that yet. */
    errand_finish(&beginning);
    if (!base_is_used) {
        (void)rewrite_failed();
        return;
    }
    if (held)
        move_on(increment_fd, mark);
    if (state == FIRST) /* the moment from which the log promises something */
        state = ON;
    held = false;
    aof_state_rewritten();
}

static void child_ended(int status) {
    if (aof_state_child_ended(status))
        errand_begin(&ending, &background_replacing);
    else
        (void)rewrite_failed();
}

/* The old increment is brought to disk before the manifest names the new one,
 * since only the last increment may end in the middle of a command. */
static void begin_files(void) {
    sync_error = aof_log_sync();
    if (sync_error != 0)
        return;
    increment_fd = aof_state_add_increment();
    no_increment = increment_fd < 0;
    begun_bytes = aof_folder_bytes(&aof.manifest);
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
        move_on(increment_fd, mark);
        aof.old_bytes = begun_bytes;
    } else if (aof.rewriting && !errand_runs(&ending)) {
        /* A base without an increment behind it would lack what comes now. */
        aof_state_kill_child();
        (void)rewrite_failed();
    }
}

/* Sends the effects from now on to a new increment. */
static void switch_increment(void) {
    /* Why it cannot be written has been logged; that it cannot is enough. */
    sync_error = aof_log_write() ? 0 : EIO;
    mark = set_mark();
    held = false;
    if (sync_error == 0)
        errand_begin(&beginning, &background_syncing);
    else
        hold();
}

/* Begins the increment that waits for the first base. Effects that were logged
 * for a base that failed are of no use without it. */
static bool begin_waiting(void) {
    int fd = aof_waiting_create(&aof.manifest);
    if (fd < 0)
        return false;
    if (aof_log_is_open())
        move_on(fd, set_mark());
    else
        aof_log_open(fd, 0);
    return true;
}

/* Reads the manifest of a log that is switched off. */
static bool read_manifest(void) {
    aof_manifest_free(&aof.manifest);
    return aof_upgrade_read(&aof.manifest) != AOF_BROKEN &&
           aof_waiting_rename(&aof.manifest) == 0;
}

/* Prepares the files for a child that writes all data as they are at this
 * moment: effects from now on belong behind the new base. */
static bool prepare(void) {
    if (aof_folder_make() != 0 || (state == OFF && !read_manifest()))
        return false;
    if (aof.in_doubt && aof_folder_write(&aof.manifest) != 0)
        return false;
    aof.in_doubt = false;
    if (state == FIRST)
        return begin_waiting();
    if (aof_waiting_rename(&aof.manifest) != 0 || aof_waiting_remove() != 0)
        return false;
    aof_waiting_remove_bases(&aof.manifest);
    return true;
}

bool aof_rewrite(void) {
    finish_errands();
    no_increment = false;
    sync_error = 0;
    if (!prepare() || !aof_state_start_child(child_ended))
        return rewrite_failed();
    if (state == ON)
        switch_increment();
    log_info("writing the append-only file anew");
    return true;
}

void aof_rewrite_abort(void) {
    finish_errands();
    if (aof.rewriting)
        held = false;
    aof_state_kill_child();
}

/* Switching. */

/* Removes the increment that waits for its base, unless the manifest on disk
 * may already name the two. */
static void give_up_first(void) {
    if (aof.in_doubt && aof_folder_write(&aof.manifest) != 0)
        return;
    if (aof_waiting_remove() == 0)
        aof_waiting_remove_bases(&aof.manifest);
}

static const char *switch_off(void) {
    aof_rewrite_abort();
    if (aof_log_close() != 0)
        log_error("the append-only file could not be written to its end");
    if (state == FIRST)
        give_up_first();
    aof_manifest_free(&aof.manifest);
    held = aof.in_doubt = false;
    state = OFF;
    return NULL;
}

void aof_stop(void) {
    (void)switch_off();
}

static const char *switch_on(void) {
    /* A rewrite in progress is of no use: changes since it began were not
     * logged. */
    aof_rewrite_abort();
    if (!read_manifest())
        return "the manifest cannot be read. Check server logs.";
    state = FIRST;
    aof.old_bytes = aof.base_bytes = 0;
    if (child_running() || child_held())
        aof_state_schedule();
    else if (!aof_rewrite())
        (void)switch_off();
    return state != OFF ? NULL : "Unable to turn on AOF. Check server logs.";
}

const char *aof_switched(void) {
    if (aof_config.appendonly == aof_wanted())
        return NULL;
    return aof_config.appendonly ? switch_on() : switch_off();
}
