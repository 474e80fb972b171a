/* Where the bytes of an RDB go: to a file, or into memory. They are collected
 * in a buffer, and the checksum is updated when they leave it.
 *
 * An error is kept, and what is written after it is dropped. So only the result
 * of rdb_writer_finish() need be checked. */
#ifndef RDB_WRITER_H
#define RDB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct rdb_writer {
    int fd; /* -1: into memory */
    bool compress;
    uint8_t *bytes; /* of the writer; in memory all that was written */
    size_t used, room;
    uint64_t crc; /* of what went to the file; 0 for ever without checksum */
    bool checksum;
    uint8_t *packed; /* where strings are packed */
    size_t packed_room;
    bool sync;       /* while it is written, too: file_sync_some() */
    size_t unsynced; /* bytes */
    int error;       /* errno of the first write that failed, or 0 */
};

void rdb_writer_to_file(struct rdb_writer *writer, int fd);
void rdb_writer_to_memory(struct rdb_writer *writer);

/* Writes what is left. Returns 0, or the errno of the first error. */
int rdb_writer_finish(struct rdb_writer *writer);
void rdb_writer_free(struct rdb_writer *writer);

/* Returns the checksum of all that was written. */
uint64_t rdb_writer_crc(struct rdb_writer *writer);

void rdb_write(struct rdb_writer *writer, const void *bytes, size_t len);
void rdb_write_byte(struct rdb_writer *writer, unsigned byte);
void rdb_write_u64(struct rdb_writer *writer, uint64_t value);
void rdb_write_double(struct rdb_writer *writer, double value);
void rdb_write_length(struct rdb_writer *writer, uint64_t length);

/* Writes bytes as a string in its shortest form: as an integer of 32 bits;
 * packed, if that is asked for and there are more than 20; or as they are. */
void rdb_write_string(struct rdb_writer *writer, struct slice bytes);
/* Writes the text of an integer as a string. */
void rdb_write_integer(struct rdb_writer *writer, int64_t value);

/* Writes a pair that says something about the server (rdb_aux.h). */
void rdb_write_aux(struct rdb_writer *writer, const char *name,
                   const char *value);
void rdb_write_aux_number(struct rdb_writer *writer, const char *name,
                          int64_t value);

#endif
