#include "aof_base.h"

#include <string.h>

#include "aof_commands.h"
#include "aof_config.h"
#include "file_replace.h"
#include "keyspace.h"
#include "log.h"
#include "rdb_writer.h"

struct visit {
    struct rdb_writer *writer;
    save_progress *progress;
    uint64_t keys;
};

static void write_entry(void *context, void *entry) {
    struct visit *visit = context;
    aof_commands_write(visit->writer, entry);
    visit->keys++;
    if (visit->progress != NULL)
        visit->progress(visit->keys);
}

static int write_commands(int fd, save_progress *progress) {
    struct rdb_writer writer;
    struct visit visit = {.writer = &writer, .progress = progress};
    rdb_writer_to_file(&writer, fd);
    for (int i = 0; i < KEYSPACE_DATABASES; i++) {
        const struct db *db = keyspace_db(i);
        uint64_t cursor = 0;
        if (keyspace_size(db) == 0)
            continue;
        aof_commands_select(&writer, i);
        do
            cursor = db_scan(db, cursor, write_entry, &visit);
        while (cursor != 0 && writer.error == 0);
    }
    int error = rdb_writer_finish(&writer);
    rdb_writer_free(&writer);
    return error;
}

int aof_base_write(const char *path, save_progress *progress) {
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error == 0) {
        error = aof_config.use_rdb_preamble ? rdb_save(file.fd, true, progress)
                                            : write_commands(file.fd, progress);
        error = file_replace_commit(&file, error);
    }
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error;
}
