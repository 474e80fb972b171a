#include "load_disk.h"

#include "config.h"
#include "rdb_file.h"

static struct rdb_file file;

enum load_status load_disk_open(void) {
    return load_disk_open_snapshot(config.dbfilename, false);
}

enum load_status load_disk_open_snapshot(const char *path, bool merge) {
    enum load_status status = rdb_file_open(&file, path);
    file.load.merge = merge;
    return status;
}

enum load_status load_disk_some(size_t keys) {
    return rdb_file_some(&file, keys);
}

const char *load_disk_wrong(void) {
    return file.wrong;
}

void load_disk_progress(struct load_progress *progress) {
    rdb_file_progress(&file, progress);
}

void load_disk_close(void) {
    rdb_file_close(&file);
}
