#include "aof.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aof_base.h"
#include "aof_config.h"
#include "aof_files.h"
#include "aof_folder.h"
#include "aof_log.h"
#include "child.h"
#include "clock.h"
#include "info.h"
#include "log.h"

enum { SECOND_US = 1000000, PAUSE_US = 60 * SECOND_US };

static struct aof_manifest manifest; /* as it is on disk */
static int64_t old_bytes;  /* in all files but the current increment */
static int64_t base_bytes; /* in all files after the last rewrite */

/* True if the manifest was replaced but its folder could not be synced, so the
 * one on disk may be the old one or the new one. No rewrite begins before that
 * is known. */
static bool in_doubt;

/* The rewrite in progress. */
static bool rewriting, scheduled;
static int64_t next_increment, next_base;
static char base_name[FILE_PATH_MAX], base_path[FILE_PATH_MAX];
static int64_t began_us;

static int64_t last_took_s = -1;
static bool last_rewrite_failed;
static int64_t retry_us; /* no rewrite begins by itself before then */

uint64_t aof_rewrites;

/* Files. */

/* Puts a newer manifest in place, and takes it over. */
static bool use(struct aof_manifest newer) {
    in_doubt = aof_folder_replace(&manifest, &newer) != 0;
    return !in_doubt;
}

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
    if (use(newer))
        return fd;
    close(fd);
    return -1;
}

static int add_increment(void) {
    struct aof_manifest longer;
    aof_manifest_copy(&longer, &manifest);
    return begin_increment(longer);
}

static void name_next_base(void) {
    next_base = aof_manifest_last(&manifest, AOF_BASE) + 1;
    aof_folder_base_name(base_name, next_base);
    aof_folder_path(base_path, base_name);
}

/* Writes all data as the next base while clients wait, as for SAVE. Returns the
 * manifest that names it instead of what is there, in *newer. */
static bool write_base(struct aof_manifest *newer) {
    name_next_base();
    if (aof_folder_make() != 0 || aof_base_write(base_path, NULL) != 0)
        return false;
    log_info("made the append-only file's base, %s", base_path);
    *newer = aof_manifest_rebased(&manifest, INT64_MAX, next_base, base_name);
    return true;
}

/* Starting. */

/* Opens the last increment, or begins one behind what the manifest names, or
 * behind a new base if that is nothing. */
static int open_last(void) {
    const struct aof_file *last = aof_manifest_increment(&manifest);
    struct aof_manifest newer;
    if (manifest.count == 0)
        return write_base(&newer) ? begin_increment(newer) : -1;
    if (last == NULL)
        return add_increment();
    char path[FILE_PATH_MAX];
    aof_folder_path(path, last->name);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        log_error("cannot write to %s: %s", path, strerror(errno));
    return fd;
}

/* Goes on with the increment that the manifest names last. */
static void go_on(int fd) {
    aof_folder_clean(&manifest);
    base_bytes = aof_folder_bytes(&manifest);
    off_t size = lseek(fd, 0, SEEK_END);
    aof_log_open(fd, size > 0 ? (int64_t)size : 0);
    old_bytes = base_bytes - (int64_t)size;
}

void aof_start(void) {
    if (!aof_config.appendonly)
        return;
    manifest = aof_files_take_manifest();
    int fd = open_last();
    if (fd < 0)
        log_exit();
    /* Remove the temporary file of a server that died while it wrote a base or
     * a manifest. */
    char path[FILE_PATH_MAX];
    aof_folder_path(path, aof_config.appendfilename);
    file_replace_clean_all(path);
    go_on(fd);
}

/* Appending. */

bool aof_wanted(void) {
    return aof_log_is_open();
}

bool aof_settle(void) {
    return aof_log_settle() == 0;
}

const char *aof_error(void) {
    static char reply[256];
    const char *error = aof_log_is_open() ? aof_log_error() : NULL;
    if (error == NULL)
        return NULL;
    snprintf(reply, sizeof reply, "MISCONF Errors writing to the AOF file: %s",
             error);
    return reply;
}

/* Rewriting. */

static int64_t size_now(void) {
    return old_bytes + aof_log_size();
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

void aof_turn(void) {
    if (!aof_log_is_open())
        return;
    aof_log_flush();
    begin_if_grown();
}

static int work_of_child(void) {
    return aof_base_write(base_path, child_progress) == 0 ? 0 : 1;
}

/* Puts the new base in front of the increment that was begun together with
 * it. */
static bool use_next_base(void) {
    return use(
        aof_manifest_rebased(&manifest, next_increment, next_base, base_name));
}

/* The log goes on in the files that the manifest names. Rewrites that begin by
 * themselves wait for a minute. */
static bool rewrite_failed(void) {
    rewriting = false;
    last_rewrite_failed = true;
    retry_us = clock_monotonic_us() + PAUSE_US;
    log_error("writing the append-only file anew has failed");
    return false;
}

static void rewritten(void) {
    rewriting = last_rewrite_failed = false;
    aof_folder_clean(&manifest);
    base_bytes = aof_folder_bytes(&manifest);
    old_bytes = aof_folder_size(base_name);
    log_info("the append-only file was written anew, in %" PRId64 " s",
             last_took_s);
}

static void child_ended(int status) {
    last_took_s = (clock_monotonic_us() - began_us) / SECOND_US;
    if (status != 0)
        unlink(base_path);
    if (status == 0 && use_next_base())
        rewritten();
    else
        (void)rewrite_failed();
}

/* Sends the effects from now on to a new increment. The old one is brought to
 * disk before the manifest names the new one, since only the last increment may
 * end in the middle of a command. */
static bool switch_increment(void) {
    int fd = aof_log_settle() == 0 ? add_increment() : -1;
    if (fd < 0)
        return false;
    aof_log_move(fd, aof_log_mark());
    old_bytes = aof_folder_bytes(&manifest);
    return true;
}

/* Reads the manifest of a log that is switched off. */
static bool read_manifest(void) {
    aof_manifest_free(&manifest);
    return aof_folder_read(&manifest) != AOF_BROKEN;
}

/* Makes sure that the manifest here is the one on disk. */
static bool prepare(void) {
    if (!aof_log_is_open() && (aof_folder_make() != 0 || !read_manifest()))
        return false;
    if (in_doubt && aof_folder_write(&manifest) != 0)
        return false;
    in_doubt = false;
    return true;
}

bool aof_rewrite(void) {
    scheduled = false;
    began_us = clock_monotonic_us();
    next_increment = INT64_MAX; /* all increments go, unless one is begun now */
    if (!prepare())
        return rewrite_failed();
    name_next_base();
    int error =
        child_start("aof-rewrite", base_path, work_of_child, child_ended);
    if (error != 0) {
        log_error("cannot fork to write the append-only file anew: %s",
                  strerror(error));
        return rewrite_failed();
    }
    rewriting = true;
    aof_rewrites++;
    if (aof_log_is_open() && !switch_increment()) {
        aof_rewrite_abort();
        return rewrite_failed();
    }
    log_info("writing the append-only file anew");
    return true;
}

bool aof_rewriting(void) {
    return rewriting;
}

void aof_rewrite_abort(void) {
    scheduled = false;
    if (!rewriting)
        return;
    (void)child_kill();
    unlink(base_path);
    rewriting = false;
}

/* Switching. */

static void switch_off(void) {
    aof_rewrite_abort();
    if (aof_log_close() != 0)
        log_error("the append-only file could not be written to its end");
    aof_manifest_free(&manifest);
    in_doubt = false;
}

/* The log begins with all data as they are now. What the manifest named until
 * now is of no use: changes since then were not logged. */
static const char *switch_on(void) {
    struct aof_manifest newer;
    aof_rewrite_abort();
    int fd =
        read_manifest() && write_base(&newer) ? begin_increment(newer) : -1;
    if (fd < 0)
        return "Unable to turn on AOF. Check server logs.";
    go_on(fd);
    return NULL;
}

const char *aof_switched(void) {
    if (aof_config.appendonly == aof_log_is_open())
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
    info_line(out, "aof_enabled:%d", aof_log_is_open());
    info_line(out, "aof_rewrite_in_progress:%d", rewriting);
    info_line(out, "aof_rewrite_scheduled:%d", scheduled);
    info_line(out, "aof_last_rewrite_time_sec:%" PRId64, last_took_s);
    info_line(out, "aof_current_rewrite_time_sec:%" PRId64,
              rewriting ? (clock_monotonic_us() - began_us) / SECOND_US : -1);
    info_line(out, "aof_last_bgrewrite_status:%s",
              last_rewrite_failed ? "err" : "ok");
    info_line(out, "aof_rewrites:%" PRIu64, aof_rewrites);
    aof_log_info(out);
    if (!aof_log_is_open())
        return;
    info_line(out, "aof_current_size:%" PRId64, size_now());
    info_line(out, "aof_base_size:%" PRId64, base_bytes);
}
