#include "load_disk.h"

#include "aof_config.h"
#include "aof_files.h"
#include "config.h"
#include "log.h"
#include "rdb_file.h"

/* The source of the load: the append-only file or the snapshot. */
static bool from_aof;
static struct rdb_file file;

/* If there is no append-only file, the snapshot is loaded. Starting with empty
 * databases would lose it, since the next snapshot replaces it. */
enum load_status load_disk_open(void) {
    if (aof_config.appendonly) {
        enum load_status status = load_disk_open_aof();
        if (status != LOAD_NOTHING)
            return status;
    }
    enum load_status status = load_disk_open_snapshot(config.dbfilename, false);
    if (aof_config.appendonly && status == LOAD_MORE)
        log_warn("there is no append-only file: loading %s instead",
                 config.dbfilename);
    return status;
}

enum load_status load_disk_open_snapshot(const char *path, bool merge) {
    from_aof = false;
    enum load_status status = rdb_file_open(&file, path);
    file.load.merge = merge;
    return status;
}

enum load_status load_disk_open_aof(void) {
    from_aof = true;
    return aof_files_open();
}

enum load_status load_disk_some(size_t keys) {
    return from_aof ? aof_files_some(keys) : rdb_file_some(&file, keys);
}

void load_disk_progress(struct load_progress *progress) {
    if (from_aof)
        aof_files_progress(progress);
    else
        rdb_file_progress(&file, progress);
}

const char *load_disk_wrong(void) {
    return from_aof ? aof_files_wrong() : file.wrong;
}

void load_disk_close(void) {
    if (from_aof)
        aof_files_close();
    else
        rdb_file_close(&file);
}
