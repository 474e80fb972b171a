#include "rdb_save.h"

#include <stdio.h>

#include "config.h"
#include "entry_expiry.h"
#include "file_replace.h"
#include "keyspace.h"
#include "log.h"
#include "rdb_aux.h"
#include "rdb_use.h"
#include "rdb_value.h"

struct saving {
    struct rdb_writer writer;
    save_progress *progress;
    uint64_t keys;
};

static void write_head(struct rdb_writer *writer, bool aof_base) {
    char magic[sizeof "REDIS0010"];
    int len = snprintf(magic, sizeof magic, "REDIS%04d", RDB_VERSION);
    rdb_write(writer, magic, (size_t)len);
    rdb_aux_write(writer, aof_base);
}

static void write_entry(void *context, void *item) {
    struct saving *saving = context;
    struct rdb_writer *writer = &saving->writer;
    const struct entry *entry = item;
    int64_t expiry = entry_expiry(entry);
    if (expiry != NO_EXPIRY) {
        rdb_write_byte(writer, RDB_EXPIRE_MS);
        rdb_write_u64(writer, (uint64_t)expiry);
    }
    rdb_use_write(writer, entry);
    rdb_write_byte(writer, rdb_type_of(entry));
    rdb_write_string(writer, entry_key(entry));
    rdb_write_value(writer, entry);
    saving->keys++;
    if (saving->progress != NULL)
        saving->progress(saving->keys);
}

static void write_database(struct saving *saving, int number) {
    const struct db *db = keyspace_db(number);
    if (keyspace_size(db) == 0)
        return;
    rdb_write_byte(&saving->writer, RDB_SELECTDB);
    rdb_write_length(&saving->writer, (uint64_t)number);
    rdb_write_byte(&saving->writer, RDB_RESIZEDB);
    rdb_write_length(&saving->writer, keyspace_size(db));
    rdb_write_length(&saving->writer, db->expiring);
    uint64_t cursor = 0;
    /* Keys that are due but not deleted yet are written, too: nobody has
     * been told that they are gone, and whoever loads the file looks at the
     * clock. */
    do
        cursor = dict_scan(&db->dict, cursor, write_entry, saving);
    while (cursor != 0 && saving->writer.error == 0);
}

static int end(struct rdb_writer *writer) {
    rdb_write_byte(writer, RDB_EOF);
    /* The sum covers everything up to and including EOF. */
    rdb_write_u64(writer, writer->checksum ? rdb_writer_crc(writer) : 0);
    int error = rdb_writer_finish(writer);
    rdb_writer_free(writer);
    return error;
}

int rdb_save(int fd, bool aof_base, bool sync, save_progress *progress) {
    struct saving saving = {.progress = progress};
    struct rdb_writer *writer = &saving.writer;
    rdb_writer_to_file(writer, fd);
    writer->compress = config.rdbcompression;
    writer->checksum = config.rdbchecksum;
    writer->sync = sync;
    write_head(writer, aof_base);
    for (int i = 0; i < keyspace_databases; i++)
        write_database(&saving, i);
    return end(writer);
}

bool rdb_save_file(const char *path, bool aof_base, bool sync,
                   save_progress *progress) {
    struct file_replace file;
    int error = file_replace_begin(&file, path);
    if (error == 0)
        error = file_replace_commit(
            &file, rdb_save(file.fd, aof_base, sync, progress));
    if (error != 0)
        log_error("cannot write %s: %s", path, strerror(error));
    return error == 0;
}
