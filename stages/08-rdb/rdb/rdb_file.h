/* The snapshot on disk, while it is loaded. */
#ifndef RDB_FILE_H
#define RDB_FILE_H

#include "file_replace.h"
#include "load_disk.h"
#include "mapped_file.h"
#include "rdb_load.h"

struct rdb_file {
    struct mapped_file map;
    struct rdb_load load;
    char path[FILE_PATH_MAX];
    int64_t began_us;
    char wrong[LOAD_WRONG_SIZE]; /* of a load that has failed */
};

/* Opens the file, which must stay until it is closed; the path need not.
 * load_disk.h explains what these return. */
enum load_status rdb_file_open(struct rdb_file *file, const char *path);
enum load_status rdb_file_some(struct rdb_file *file, size_t keys);
void rdb_file_progress(const struct rdb_file *file,
                       struct load_progress *progress);
void rdb_file_close(struct rdb_file *file);

#endif
