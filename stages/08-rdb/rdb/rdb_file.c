#include "rdb_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "log.h"

/* Reports where the reader met damage, or something that it does not know. */
static enum load_status fail(struct rdb_file *file) {
    const struct rdb_reader *reader = &file->load.reader;
    const char *what =
        reader->foreign ? "holds what cannot be loaded, at" : "is damaged at";
    snprintf(file->wrong, sizeof file->wrong, "%s %s byte %zu: %s", file->path,
             what, reader->wrong_at, reader->reason);
    return LOAD_FAILED;
}

/* Keys that have expired are left out if this server may delete them. */
enum load_status rdb_file_open(struct rdb_file *file, const char *path) {
    int error = mapped_file_open(&file->map, path);
    if (error == ENOENT)
        return LOAD_NOTHING;
    /* CONFIG SET dbfilename may free the name while the file is loaded. */
    snprintf(file->path, sizeof file->path, "%s", path);
    if (error != 0) {
        snprintf(file->wrong, sizeof file->wrong, "cannot read %s: %s", path,
                 strerror(error));
        return LOAD_FAILED;
    }
    rdb_load_start(&file->load, file->map.bytes, file->map.len);
    file->load.check = config.rdbchecksum;
    file->load.now_ms = db_lets_go() ? clock_wall_us() / 1000 : 0;
    file->began_us = clock_monotonic_us();
    if (!file->load.reader.wrong)
        return LOAD_MORE;
    /* What is wrong stands in the reader, which closing leaves as it is. */
    rdb_file_close(file);
    return fail(file);
}

enum load_status rdb_file_some(struct rdb_file *file, size_t keys) {
    if (!rdb_load_some(&file->load, keys))
        return LOAD_MORE;
    if (file->load.reader.wrong)
        return fail(file);
    int64_t took_us = clock_monotonic_us() - file->began_us;
    log_info("loaded %" PRIu64 " key%s from %s in %.3f s", file->load.keys,
             file->load.keys == 1 ? "" : "s", file->path,
             (double)took_us / 1e6);
    return LOAD_DONE;
}

void rdb_file_progress(const struct rdb_file *file,
                       struct load_progress *progress) {
    progress->bytes = file->load.reader.at;
    progress->total = file->map.len;
    progress->keys = file->load.keys;
    progress->expired = file->load.expired;
}

void rdb_file_close(struct rdb_file *file) {
    rdb_load_free(&file->load);
    mapped_file_close(&file->map);
}
