/* Sorted sets of an RDB: the listpack of a small one, the members of a large
 * one, the last of them first: so Redis builds its skip list faster. */
#include "listpack.h"
#include "rdb_object_write.h"
#include "zset.h"

enum rdb_type rdb_zset_type(const void *zset) {
    return zset_listpack(zset) != NULL ? RDB_ZSET_LISTPACK : RDB_ZSET_2;
}

void rdb_write_zset(struct rdb_writer *writer, const void *zset) {
    const uint8_t *lp = zset_listpack(zset);
    if (lp != NULL) {
        rdb_write_string(writer,
                         (struct slice){(char *)lp, listpack_bytes(lp)});
        return;
    }
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t count = zset_count(zset);
    rdb_write_length(writer, count);
    struct zset_cursor at = zset_seek(zset, count - 1);
    for (; count > 0; count--, zset_next(&at, true)) {
        rdb_write_string(writer, zset_member(&at, scratch));
        rdb_write_double(writer, zset_score_at(&at));
    }
}
