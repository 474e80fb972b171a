#include "aof_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aof_config.h"
#include "aof_folder.h"
#include "aof_load.h"
#include "clock.h"
#include "db.h"
#include "load_disk.h"
#include "log.h"
#include "mapped_file.h"

static struct aof_manifest manifest;
static size_t current; /* the file that is being loaded */
static bool is_open;
static char wrong[LOAD_WRONG_SIZE];     /* why a load has failed */
static enum db_judgement judged_before; /* in force before the load */
static struct mapped_file map;
static struct aof_load load;
static struct load_progress done; /* in the files before this one */
static uint64_t commands;
static int64_t began_us;

static enum load_status __attribute__((format(printf, 1, 2)))
fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(wrong, sizeof wrong, format, args);
    va_end(args);
    return LOAD_FAILED;
}

static enum load_status open_file(const char *name) {
    char path[FILE_PATH_MAX];
    aof_folder_path(path, name);
    int error = mapped_file_open(&map, path);
    if (error != 0)
        return fail("cannot read %s, which the manifest names: %s", path,
                    strerror(error));
    aof_load_start(&load, map.bytes, map.len);
    is_open = true;
    return LOAD_MORE;
}

static void close_file(void) {
    if (!is_open)
        return;
    done.bytes += map.len;
    done.keys += load.rdb.keys;
    done.expired += load.rdb.expired;
    commands += load.commands;
    aof_load_free(&load);
    mapped_file_close(&map);
    is_open = false;
}

/* Returns the first file from this number on that is not history. */
static size_t next_from(size_t file) {
    while (file < manifest.count && manifest.files[file].kind == AOF_HISTORY)
        file++;
    return file;
}

static bool is_last(void) {
    return next_from(current + 1) == manifest.count;
}

/* Opens the next file. Returns LOAD_DONE if there is none. */
static enum load_status open_next(size_t from) {
    current = next_from(from);
    return current < manifest.count ? open_file(manifest.files[current].name)
                                    : LOAD_DONE;
}

/* Deals with a last file that ends in the middle of a command or
 * transaction. */
static enum load_status cut_off(const char *path) {
    if (!aof_config.load_truncated || !is_last())
        return fail("%s: %s, from byte %zu on%s", path, load.reason, load.good,
                    is_last() ? "; aof-load-truncated yes would cut it off"
                              : "");
    log_warn("%s: %s: cut off, %zu of %zu bytes are left", path, load.reason,
             load.good, load.reader.len);
    if (truncate(path, (off_t)load.good) != 0)
        return fail("cannot shorten %s: %s", path, strerror(errno));
    return LOAD_DONE;
}

/* Looks at how a file has ended. Returns LOAD_DONE if all is well so far. */
static enum load_status look_at_end(void) {
    char path[FILE_PATH_MAX];
    aof_folder_path(path, manifest.files[current].name);
    if (load.end == AOF_CUT)
        return cut_off(path);
    if (load.end == AOF_NOTHING_LEFT)
        return LOAD_DONE;
    /* No advice to shorten this one: the files behind it build on what it
     * holds. */
    if (!is_last())
        return fail("%s is damaged at byte %zu: %s", path, load.good,
                    load.reason);
    return fail("%s is damaged at byte %zu: %s; to start without what stands "
                "from there on, make a copy, then: truncate -s %zu %s",
                path, load.good, load.reason, load.good, path);
}

static enum load_status some(size_t most) {
    if (!aof_load_some(&load, most))
        return LOAD_MORE;
    enum load_status status = look_at_end();
    /* If it was cut off, it is mapped beyond its end until here. Nobody reads
     * there: that could raise SIGBUS. */
    close_file();
    if (status == LOAD_DONE)
        status = open_next(current + 1);
    if (status == LOAD_DONE)
        log_info("loaded %" PRIu64 " keys and %" PRIu64 " commands from %s in "
                 "%.3f s",
                 done.keys, commands, aof_config.appenddirname,
                 (double)(clock_monotonic_us() - began_us) / 1e6);
    return status;
}

static const char *what_is_wrong(void) {
    return wrong;
}

static void tell_progress(struct load_progress *progress) {
    *progress = done;
    if (is_open)
        progress->bytes += load.in_rdb ? load.rdb.reader.at : load.at;
}

static void close_all(void) {
    close_file();
    (void)db_judge(judged_before);
}

static const struct load_source source = {some, what_is_wrong, tell_progress,
                                          close_all};

enum load_status load_disk_open_aof(void) {
    /* First, since it is asked what is wrong also after a failure to open
     * it. */
    load_disk = &source;
    aof_manifest_free(&manifest);
    if (!aof_find(&manifest))
        return fail("the append-only files in %s cannot be loaded",
                    aof_config.appenddirname);
    commands = 0;
    done =
        (struct load_progress){.total = (uint64_t)aof_folder_bytes(&manifest)};
    began_us = clock_monotonic_us();
    enum load_status status = open_next(0);
    /* A key that is due by now was there for the commands behind it, and
     * whatever removed it is in the log, too. close_all() ends this. */
    if (status == LOAD_MORE)
        judged_before = db_judge(DB_STAYS);
    return status == LOAD_DONE ? LOAD_NOTHING : status;
}

struct aof_manifest aof_files_take_manifest(void) {
    struct aof_manifest taken = manifest;
    manifest = (struct aof_manifest){0};
    return taken;
}
