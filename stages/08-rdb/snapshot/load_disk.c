#include "load_disk.h"

#include "rdb_file.h"

const struct load_source *load_disk;

static struct rdb_file file;

static enum load_status some(size_t keys) {
    return rdb_file_some(&file, keys);
}

static const char *wrong(void) {
    return file.wrong;
}

static void progress(struct load_progress *progress) {
    rdb_file_progress(&file, progress);
}

static void close_file(void) {
    rdb_file_close(&file);
}

static const struct load_source snapshot = {some, wrong, progress, close_file};

enum load_status load_disk_open_snapshot(const char *path, bool merge) {
    load_disk = &snapshot;
    enum load_status status = rdb_file_open(&file, path);
    file.load.merge = merge;
    return status;
}
