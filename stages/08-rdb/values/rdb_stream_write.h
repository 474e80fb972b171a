/* Streams of an RDB: what follows their type byte. */
#ifndef RDB_STREAM_WRITE_H
#define RDB_STREAM_WRITE_H

#include "rdb_writer.h"
#include "stream.h"

void rdb_write_stream(struct rdb_writer *writer, const struct stream *stream);

#endif
