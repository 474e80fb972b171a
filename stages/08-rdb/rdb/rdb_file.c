#include "rdb_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "log.h"

enum load_found rdb_file_open(struct rdb_file *file) {
    int error = mapped_file_open(&file->map, config.dbfilename);
    if (error == ENOENT)
        return LOAD_NOTHING;
    if (error != 0) {
        log_error("cannot read %s: %s", config.dbfilename, strerror(error));
        return LOAD_FAILED;
    }
    rdb_load_start(&file->load, file->map.bytes, file->map.len);
    file->load.check = config.rdbchecksum;
    file->load.now_ms = clock_wall_us() / 1000;
    file->began_us = clock_monotonic_us();
    file->ended = false;
    return LOAD_FOUND;
}

bool rdb_file_some(struct rdb_file *file, size_t keys) {
    file->ended = rdb_load_some(&file->load, keys);
    return file->ended;
}

void rdb_file_progress(const struct rdb_file *file,
                       struct load_progress *progress) {
    progress->bytes = file->load.reader.at;
    progress->total = file->map.len;
    progress->keys = file->load.keys;
    progress->expired = file->load.expired;
}

bool rdb_file_close(struct rdb_file *file) {
    const struct rdb_reader *reader = &file->load.reader;
    bool wrong = reader->wrong;
    int64_t took_us = clock_monotonic_us() - file->began_us;
    if (wrong)
        log_error("%s is damaged at byte %zu: %s", config.dbfilename,
                  reader->wrong_at, reader->reason);
    else if (file->ended)
        log_info("loaded %" PRIu64 " keys from %s in %.3f s", file->load.keys,
                 config.dbfilename, (double)took_us / 1e6);
    rdb_load_free(&file->load);
    mapped_file_close(&file->map);
    return file->ended && !wrong;
}
