/* Reads hashes of an RDB. */
#include "hash.h"
#include "limits.h"
#include "packed_valid.h"
#include "rdb_object_read.h"

static bool add(struct rdb_reading *reading, const struct slice *pair) {
    struct hash *hash = reading->object;
    if (hash == NULL) {
        hash = hash_new(reading->heap);
        hash_expect(reading->heap, &hash, reading->count);
    }
    bool is_new = hash_set(reading->heap, &hash, pair[0], pair[1]);
    reading->object = hash;
    return is_new ||
           rdb_wrong(reading->reader, reading->at, "a field is there twice");
}

bool rdb_read_hash(struct rdb_reading *reading) {
    struct rdb_items items = {2, limits.hash_max_listpack_entries,
                              packed_valid_hash, add};
    switch (reading->type) {
    case RDB_HASH: return rdb_read_items(reading, 2, add);
    case RDB_HASH_ZIPLIST:
        return rdb_read_packed(reading, RDB_BLOCK_ZIPLIST, &items);
    case RDB_HASH_LISTPACK:
        return rdb_read_packed(reading, RDB_BLOCK_LISTPACK, &items);
    default:
        /* A hash from a zipmap becomes large if a value is long, as in Redis,
         * while hashes from other blocks do not. So its fields are set one by
         * one. */
        items.most = 0;
        return rdb_read_packed(reading, RDB_BLOCK_ZIPMAP, &items);
    }
}
