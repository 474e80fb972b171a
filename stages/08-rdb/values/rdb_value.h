/* Values in RDB's forms: what stands behind a key in a file, and in what DUMP
 * returns. */
#ifndef RDB_VALUE_H
#define RDB_VALUE_H

#include "entry.h"
#include "rdb_format.h"
#include "rdb_reader.h"
#include "rdb_writer.h"

/* The form in which an entry's value is written. */
enum rdb_type rdb_type_of(const struct entry *entry);
void rdb_write_value(struct rdb_writer *writer, const struct entry *entry);

/* Reads a value of that type, any that was ever written, and makes an entry of
 * it, without expiry, in the heap. NULL when something is wrong, which the
 * reader then knows, or when the value is an empty collection (reader->wrong is
 * false then), which older servers could write: there is no such key.
 *
 * Values of a kind that is not there (of modules, hashes whose fields expire)
 * are an error that says so. */
struct entry *rdb_read_value(struct rdb_reader *reader, unsigned type,
                             struct heap *heap, struct slice key);

#endif
