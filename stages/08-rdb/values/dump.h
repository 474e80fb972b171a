/* DUMP: a value as bytes, without its key: its type, the value as in an RDB,
 * the version of the format (2 bytes), and a checksum of all that (8 bytes).
 * RESTORE takes them, here or in another server. */
#ifndef DUMP_H
#define DUMP_H

#include "entry.h"
#include "rdb_writer.h"

/* Begins a writer to memory, whose bytes are the value. The caller frees it. */
void dump_value(struct rdb_writer *writer, const struct entry *entry);

#endif
