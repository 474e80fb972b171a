#include "aof_base.h"

#include <string.h>

#include "file_replace.h"
#include "log.h"

int aof_base_write(const char *path, save_progress *progress) {
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error == 0)
        error = file_replace_commit(&file, rdb_save(file.fd, true, progress));
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error;
}
