#include "aof_base.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aof_config.h"
#include "log.h"

void aof_base_name(char out[static FILE_PATH_MAX], int64_t sequence) {
    (void)snprintf(out, FILE_PATH_MAX, "%s.%" PRId64 ".base.rdb",
                   aof_config.appendfilename, sequence);
}

int aof_base_write(const char *path, save_progress *progress) {
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error == 0)
        error = file_replace_commit(
            &file, rdb_save(file.fd, true, aof_config.sync_rewrite, progress));
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error;
}
