/* The snapshot on disk, while it is loaded. */
#ifndef RDB_FILE_H
#define RDB_FILE_H

#include "load_disk.h"
#include "mapped_file.h"
#include "rdb_load.h"

struct rdb_file {
    struct mapped_file map;
    struct rdb_load load;
    int64_t began_us;
    bool ended; /* all was loaded, or something was wrong */
};

/* Opens the file that dbfilename names. When that fails, the log says why. */
enum load_found rdb_file_open(struct rdb_file *file);

/* See load_disk.h. */
bool rdb_file_some(struct rdb_file *file, size_t keys);
void rdb_file_progress(const struct rdb_file *file,
                       struct load_progress *progress);
bool rdb_file_close(struct rdb_file *file);

#endif
