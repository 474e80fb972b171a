#include "load_disk.h"

#include "rdb_file.h"

static struct rdb_file file;
static const struct load_source *source;

static enum load_status snapshot_some(size_t keys) {
    return rdb_file_some(&file, keys);
}

static void snapshot_progress(struct load_progress *progress) {
    rdb_file_progress(&file, progress);
}

static const char *snapshot_wrong(void) {
    return file.wrong;
}

static void snapshot_close(void) {
    rdb_file_close(&file);
}

enum load_status load_disk_open_snapshot(const char *path, bool merge) {
    static const struct load_source snapshot = {
        snapshot_some, snapshot_wrong, snapshot_progress, snapshot_close};
    load_disk_from(&snapshot);
    enum load_status status = rdb_file_open(&file, path);
    file.load.merge = merge;
    return status;
}

void load_disk_from(const struct load_source *from) {
    source = from;
}

enum load_status load_disk_some(size_t keys) {
    return source->some(keys);
}

const char *load_disk_wrong(void) {
    return source->wrong();
}

void load_disk_progress(struct load_progress *progress) {
    source->progress(progress);
}

void load_disk_close(void) {
    source->close();
}
