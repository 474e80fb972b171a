/* Values of an RDB that are objects of their types, one file a type: the types
 * that Redis 7.0 reads. What is written follows a type byte. */
#ifndef RDB_OBJECT_WRITE_H
#define RDB_OBJECT_WRITE_H

#include "rdb_format.h"
#include "rdb_writer.h"

enum rdb_type rdb_list_type(const void *list);
enum rdb_type rdb_set_type(const void *set);
enum rdb_type rdb_hash_type(const void *hash);
enum rdb_type rdb_zset_type(const void *zset);
enum rdb_type rdb_stream_type(const void *stream);

void rdb_write_list(struct rdb_writer *writer, const void *list);
void rdb_write_set(struct rdb_writer *writer, const void *set);
void rdb_write_hash(struct rdb_writer *writer, const void *hash);
void rdb_write_zset(struct rdb_writer *writer, const void *zset);
void rdb_write_stream(struct rdb_writer *writer, const void *stream);

#endif
