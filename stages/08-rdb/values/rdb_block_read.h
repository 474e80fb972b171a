/* The blocks of small collections in an RDB. Each is a string that holds a
 * listpack, or one of the older layouts, which is converted to a listpack here.
 * So nobody else has to know the old ones. */
#ifndef RDB_BLOCK_READ_H
#define RDB_BLOCK_READ_H

#include "buf.h"
#include "rdb_reader.h"

enum rdb_block_form { RDB_BLOCK_LISTPACK, RDB_BLOCK_ZIPLIST, RDB_BLOCK_ZIPMAP };

/* One that is all zeros is ready for use; it may be used again. */
struct rdb_block {
    const uint8_t *lp; /* valid; good until the next is read */
    size_t at;         /* where its string began */
    struct rdb_string string;
    struct buf made; /* of an old layout */
};

bool rdb_read_block(struct rdb_reader *reader, enum rdb_block_form form,
                    struct rdb_block *block);
void rdb_block_free(struct rdb_block *block);

#endif
