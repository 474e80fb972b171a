#include "aof_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "aof.h"
#include "aof_base.h"
#include "aof_config.h"
#include "aof_files.h"
#include "aof_log.h"
#include "child.h"
#include "clock.h"
#include "info.h"
#include "log.h"

enum { SECOND_US = 1000000 };

struct aof_state aof;

/* Files. */

bool aof_state_use(struct aof_manifest newer) {
    aof.in_doubt = aof_folder_replace(&aof.manifest, &newer) != 0;
    return !aof.in_doubt;
}

int aof_state_begin_increment(struct aof_manifest newer) {
    char name[FILE_PATH_MAX];
    int64_t sequence = aof_manifest_last(&newer, AOF_INCR) + 1;
    aof_folder_increment_name(name, sequence);
    /* A manifest must not name a file that is not on disk yet. */
    int fd = aof_folder_create(name);
    if (fd < 0) {
        aof_manifest_free(&newer);
        return -1;
    }
    aof_manifest_add(&newer, AOF_INCR, sequence, name);
    if (aof_state_use(newer))
        return fd;
    /* The file stays, since the manifest on disk may name it already. */
    close(fd);
    return -1;
}

int aof_state_add_increment(void) {
    return aof_state_begin_increment(aof_manifest_copy(&aof.manifest));
}

static void name_next_base(char path[static FILE_PATH_MAX]) {
    aof_base_name(aof.base, aof_manifest_last(&aof.manifest, AOF_BASE) + 1);
    aof_folder_path(path, aof.base);
}

/* Begins an increment behind a new base. */
static int begin_anew(void) {
    char path[FILE_PATH_MAX];
    name_next_base(path);
    /* The old manifest holds until the last step, which replaces it. */
    if (aof_folder_make() != 0 || !aof_base_write(path, NULL))
        return -1;
    log_info("made the append-only file's base, %s", path);
    return aof_state_begin_increment(
        aof_manifest_rebased(&aof.manifest, aof.base, false));
}

/* Sizes. */

/* Returns 0 for a file that is not there, and for NULL. */
static int64_t size_of(const struct aof_file *file) {
    int64_t size = file != NULL ? aof_folder_size(file->name) : 0;
    return size > 0 ? size : 0;
}

/* Returns the size of all files. */
static int64_t measure(void) {
    int64_t bytes = aof_folder_bytes(&aof.manifest);
    aof.old_bytes = bytes - size_of(aof_manifest_increment(&aof.manifest));
    return bytes;
}

static int64_t size_now(void) {
    return aof.old_bytes + aof_log_size();
}

/* Starting. */

/* Opens the last increment, or begins one behind what the manifest names, or
 * behind a new base if that is nothing. */
static int open_last(void) {
    const struct aof_file *last = aof_manifest_increment(&aof.manifest);
    /* A base may stand alone: BGREWRITEAOF makes one while the log is off. At
     * the first start with a log there is none, and the one that is made takes
     * what a snapshot may have brought. */
    if (last == NULL)
        return aof_manifest_base(&aof.manifest) != NULL
                   ? aof_state_add_increment()
                   : begin_anew();
    char path[FILE_PATH_MAX];
    aof_folder_path(path, last->name);
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        log_error("cannot write to %s: %s", path, strerror(errno));
    return fd;
}

/* Opens the log with a file that is the last increment. Returns false if there
 * is none. */
static bool go_on(int fd) {
    if (fd < 0)
        return false;
    off_t size = lseek(fd, 0, SEEK_END);
    aof_folder_clean(&aof.manifest);
    (void)measure();
    /* How large the log was after its last rewrite is written nowhere. As in
     * Redis its base stands for that, so that restarts do not put off the next
     * one. */
    aof.base_bytes = size_of(aof_manifest_base(&aof.manifest));
    aof_log_open(fd, size > 0 ? (int64_t)size : 0);
    return true;
}

void aof_state_start(void) {
    /* Remove the temporary file of a server that died while it wrote a base or
     * a manifest. */
    char path[FILE_PATH_MAX];
    aof_folder_path(path, aof_config.appendfilename);
    file_replace_clean_all(path);
    /* Loading has read it, and has cut off a torn tail, so the next command
     * follows the last complete one. */
    aof.manifest = aof_files_take_manifest();
    if (!go_on(open_last()))
        log_exit();
}

bool aof_state_start_anew(void) {
    return go_on(begin_anew());
}

/* When a rewrite is due. */

static void begin_scheduled(void) {
    /* It may have been given up since. */
    if (aof.scheduled)
        (void)aof_rewrite();
}

void aof_state_schedule(void) {
    aof.scheduled = true;
    child_when_free(begin_scheduled);
}

void aof_state_begin_if_grown(void) {
    int64_t now = size_now();
    int64_t base = aof.base_bytes > 0 ? aof.base_bytes : 1; /* to divide by */
    int64_t growth = (now - base) * 100 / base;             /* percent */
    if (aof.rewriting || aof.scheduled || child_running() || child_held() ||
        now < aof_config.auto_rewrite_min_size ||
        aof_config.auto_rewrite_percentage == 0 ||
        growth < aof_config.auto_rewrite_percentage ||
        clock_monotonic_us() < aof.retry_us)
        return;
    log_info("the append-only file has grown by %" PRId64 " %%: writing it "
             "anew",
             growth);
    (void)aof_rewrite();
}

/* The child of a rewrite. */

static char base_path[FILE_PATH_MAX];
static int64_t last_took_s = -1;
static uint64_t last_private_bytes;

static int write_base(void) {
    return aof_base_write(base_path, child_progress) ? 0 : 1;
}

bool aof_state_start_child(void (*ended)(int status)) {
    name_next_base(base_path);
    aof.began_us = clock_monotonic_us();
    int error = child_start("aof-rewrite", base_path, write_base, ended);
    if (error != 0) {
        log_error("cannot fork to write the append-only file anew: %s",
                  strerror(error));
        return false;
    }
    aof.rewriting = true;
    aof.scheduled = false;
    aof.rewrites++;
    return true;
}

static int64_t seconds_since_began(void) {
    return (clock_monotonic_us() - aof.began_us) / SECOND_US;
}

bool aof_state_child_ended(int status) {
    last_took_s = seconds_since_began();
    last_private_bytes = child_private_bytes();
    /* After CONFIG SET dir the base is in another folder than the manifest that
     * is about to name it. */
    bool good = status == 0 && access(base_path, F_OK) == 0;
    if (status == 0 && !good)
        log_error("cannot find %s: %s", base_path, strerror(errno));
    /* A child may fail after its rename; no manifest names the base then. */
    if (!good)
        unlink(base_path);
    return good;
}

void aof_state_kill_child(void) {
    aof.scheduled = false;
    if (!aof.rewriting)
        return;
    (void)child_kill();
    /* The child may have renamed its file; no manifest names that yet. */
    unlink(base_path);
    aof.rewriting = false;
}

void aof_state_rewritten(void) {
    aof.rewriting = false;
    aof.failures = 0;
    aof.base_bytes = measure();
    log_info("the append-only file was written anew, in %" PRId64 " s",
             last_took_s);
}

bool aof_state_rewrite_failed(void) {
    aof.rewriting = aof.scheduled = false;
    aof.failures++;
    /* From the third failure in a row on, the pause is a minute, and with each
     * further one twice as long, up to an hour, as in Redis. */
    int64_t pause_s = 1;
    if (aof.failures >= 3)
        pause_s = aof.failures < 9 ? 60 << (aof.failures - 3) : 3600;
    aof.retry_us = clock_monotonic_us() + pause_s * SECOND_US;
    log_error("writing the append-only file anew has failed");
    return false;
}

void aof_state_info(struct buf *out) {
    info_line(out, "aof_enabled:%d", aof_wanted());
    info_line(out, "aof_rewrite_in_progress:%d", aof.rewriting);
    info_line(out, "aof_rewrite_scheduled:%d", aof.scheduled);
    info_line(out, "aof_last_rewrite_time_sec:%" PRId64, last_took_s);
    info_line(out, "aof_current_rewrite_time_sec:%" PRId64,
              aof.rewriting ? seconds_since_began() : -1);
    info_line(out, "aof_last_bgrewrite_status:%s",
              aof.failures > 0 ? "err" : "ok");
    info_line(out, "aof_rewrites:%" PRIu64, aof.rewrites);
    info_line(out, "aof_rewrites_consecutive_failures:%" PRIu64, aof.failures);
    info_line(out, "aof_last_cow_size:%" PRIu64, last_private_bytes);
    aof_log_info(out);
    if (!aof_wanted())
        return;
    info_line(out, "aof_current_size:%" PRId64, size_now());
    info_line(out, "aof_base_size:%" PRId64, aof.base_bytes);
    info_line(out, "aof_pending_rewrite:%d", aof.scheduled);
}
