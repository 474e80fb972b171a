/* Values of an RDB that are objects of their types, one file a type.
 *
 * Each reads what follows a type byte, any of those that its type of values
 * ever had, and makes the object in the heap. NULL when something is wrong,
 * which the reader then knows, or when a collection is empty: reader->wrong is
 * false then. Nothing is left in the heap in both cases. */
#ifndef RDB_OBJECT_READ_H
#define RDB_OBJECT_READ_H

#include "heap.h"
#include "rdb_format.h"
#include "rdb_reader.h"

void *rdb_read_list(struct rdb_reader *reader, unsigned type,
                    struct heap *heap);
void *rdb_read_set(struct rdb_reader *reader, unsigned type, struct heap *heap);
void *rdb_read_hash(struct rdb_reader *reader, unsigned type,
                    struct heap *heap);
void *rdb_read_zset(struct rdb_reader *reader, unsigned type,
                    struct heap *heap);
void *rdb_read_stream(struct rdb_reader *reader, unsigned type,
                      struct heap *heap);

#endif
