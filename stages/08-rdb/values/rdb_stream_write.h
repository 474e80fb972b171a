/* Streams of an RDB: what follows their type byte. */
#ifndef RDB_STREAM_WRITE_H
#define RDB_STREAM_WRITE_H

#include "rdb_format.h"
#include "rdb_writer.h"

enum rdb_type rdb_stream_type(const void *stream);
void rdb_write_stream(struct rdb_writer *writer, const void *stream);

#endif
