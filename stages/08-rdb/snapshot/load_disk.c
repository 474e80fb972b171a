#include "load_disk.h"

#include "rdb_file.h"

static struct rdb_file file;

enum load_found load_disk_open(void) {
    return load_disk_open_snapshot();
}

enum load_found load_disk_open_snapshot(void) {
    return rdb_file_open(&file);
}

enum load_found load_disk_merge_snapshot(void) {
    enum load_found found = load_disk_open_snapshot();
    if (found == LOAD_FOUND)
        file.load.merge = true;
    return found;
}

bool load_disk_some(size_t keys) {
    return rdb_file_some(&file, keys);
}

void load_disk_progress(struct load_progress *progress) {
    rdb_file_progress(&file, progress);
}

bool load_disk_close(void) {
    return rdb_file_close(&file);
}
