#include "aof_base.h"

#include <inttypes.h>
#include <stdio.h>

#include "aof_config.h"

void aof_base_name(char out[static FILE_PATH_MAX], int64_t sequence) {
    (void)snprintf(out, FILE_PATH_MAX, "%s.%" PRId64 ".base.rdb",
                   aof_config.appendfilename, sequence);
}

bool aof_base_write(const char *path, save_progress *progress) {
    return rdb_save_file(path, true, aof_config.sync_rewrite, progress);
}
