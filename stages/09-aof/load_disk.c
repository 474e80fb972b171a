#include "load_disk.h"

#include "aof_config.h"
#include "aof_files.h"
#include "rdb_file.h"

/* Which of the two is being loaded. */
static bool from_aof;
static struct rdb_file file;

enum load_found load_disk_open(void) {
    return aof_config.appendonly ? load_disk_open_aof()
                                 : load_disk_open_snapshot();
}

enum load_found load_disk_open_snapshot(void) {
    from_aof = false;
    return rdb_file_open(&file);
}

enum load_found load_disk_open_aof(void) {
    from_aof = true;
    return aof_files_open();
}

bool load_disk_some(size_t keys) {
    return from_aof ? aof_files_some(keys) : rdb_file_some(&file, keys);
}

void load_disk_progress(struct load_progress *progress) {
    if (from_aof)
        aof_files_progress(progress);
    else
        rdb_file_progress(&file, progress);
}

bool load_disk_close(void) {
    return from_aof ? aof_files_close() : rdb_file_close(&file);
}
