/* Lists of an RDB: their blocks, as they are. */
#include "list.h"
#include "rdb_object_write.h"

enum rdb_type rdb_list_type(const void *list) {
    (void)list;
    return RDB_QUICKLIST_2;
}

void rdb_write_list(struct rdb_writer *writer, const void *list) {
    size_t blocks = list_blocks(list);
    rdb_write_length(writer, blocks);
    for (size_t i = 0; i < blocks; i++) {
        const uint8_t *lp = list_block(list, i);
        rdb_write_length(writer, RDB_NODE_LISTPACK);
        rdb_write_string(writer,
                         (struct slice){(char *)lp, listpack_bytes(lp)});
    }
}
