/* Values in the forms of an RDB: what follows a key in a file, and what DUMP
 * returns. */
#ifndef RDB_VALUE_H
#define RDB_VALUE_H

#include "entry.h"
#include "rdb_format.h"
#include "rdb_reader.h"
#include "rdb_writer.h"

/* Returns the form in which an entry's value is written. */
enum rdb_type rdb_type_of(const struct entry *entry);
void rdb_write_value(struct rdb_writer *writer, const struct entry *entry);

/* For rdb_write_value(): a stream, in rdb_stream_write.c. */
struct stream;
void rdb_write_stream(struct rdb_writer *writer, const struct stream *stream);

/* Reads a value of that type, in any form that was ever written, and makes an
 * entry of it in the heap, without an expiry. Returns NULL if something is
 * wrong, which the reader records; and if the value is an empty collection, as
 * older servers could write it (reader->wrong is false then): there is no such
 * key.
 *
 * Values of kinds that this server does not have (of modules, hashes whose
 * fields expire) are an error that says so. */
struct entry *rdb_read_value(struct rdb_reader *reader, unsigned type,
                             struct heap *heap, struct slice key);

#endif
