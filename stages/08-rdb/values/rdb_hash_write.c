/* Hashes of an RDB: the listpack of a small one, the fields of a large one. */
#include "hash.h"
#include "listpack.h"
#include "rdb_object_write.h"

enum rdb_type rdb_hash_type(const void *hash) {
    return hash_listpack(hash) != NULL ? RDB_HASH_LISTPACK : RDB_HASH;
}

static void write_pair(void *context, struct slice field, struct slice value) {
    rdb_write_string(context, field);
    rdb_write_string(context, value);
}

void rdb_write_hash(struct rdb_writer *writer, const void *hash) {
    const uint8_t *lp = hash_listpack(hash);
    if (lp != NULL) {
        rdb_write_string(writer,
                         (struct slice){(char *)lp, listpack_bytes(lp)});
        return;
    }
    rdb_write_length(writer, hash_size(hash));
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, write_pair, writer);
    while (cursor != 0);
}
