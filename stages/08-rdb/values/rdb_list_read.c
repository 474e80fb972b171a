/* Reads lists of an RDB. */
#include "list.h"
#include "rdb_object_read.h"

/* Returns the list that is being read, and makes it before its first item. */
static struct list *list_of(struct rdb_reading *reading) {
    if (reading->object == NULL)
        reading->object = list_new(reading->heap);
    return reading->object;
}

static void push(struct rdb_reading *reading, struct slice value) {
    struct list *list = list_of(reading);
    list_push(reading->heap, &list, LIST_TAIL, &value, 1);
    reading->object = list;
}

static bool append(struct rdb_reading *reading, enum rdb_block_form form,
                   struct rdb_block *block) {
    if (!rdb_read_block(reading->reader, form, block))
        return false;
    if (listpack_at_end(listpack_first(block->lp)))
        return true; /* an empty node adds nothing */
    struct list *list = list_of(reading);
    list_append(reading->heap, &list, block->lp);
    reading->object = list;
    return true;
}

static bool add(struct rdb_reading *reading, const struct slice *element) {
    push(reading, *element);
    return true;
}

/* Reads a node that is a single element, too large to share a listpack. */
static bool read_plain(struct rdb_reading *reading, struct rdb_string *string) {
    size_t at = reading->reader->at;
    if (!rdb_read_string(reading->reader, string))
        return false;
    if (string->text.len == 0)
        return rdb_wrong(reading->reader, at, "an empty node of a list");
    push(reading, string->text);
    return true;
}

/* Reads a node of a QUICKLIST_2: its kind, and the node itself. */
static bool read_node(struct rdb_reading *reading, struct rdb_block *block) {
    size_t at = reading->reader->at;
    uint64_t kind;
    if (!rdb_read_length(reading->reader, &kind))
        return false;
    if (kind == RDB_NODE_PLAIN)
        return read_plain(reading, &block->string);
    if (kind == RDB_NODE_LISTPACK)
        return append(reading, RDB_BLOCK_LISTPACK, block);
    return rdb_wrong(reading->reader, at,
                     "there is no node of a list of kind %llu",
                     (unsigned long long)kind);
}

/* Nodes of a ziplist each, or of any kind each. */
static bool read_nodes(struct rdb_reading *reading, size_t count,
                       bool of_ziplists) {
    struct rdb_block block = {0};
    while (count > 0 &&
           (of_ziplists ? append(reading, RDB_BLOCK_ZIPLIST, &block)
                        : read_node(reading, &block)))
        count--;
    rdb_block_free(&block);
    return count == 0;
}

bool rdb_read_list(struct rdb_reading *reading) {
    bool of_ziplists = reading->type != RDB_QUICKLIST_2;
    size_t count = 1;
    if (reading->type == RDB_LIST)
        return rdb_read_items(reading, 1, add);
    /* The oldest of these forms is a single ziplist, without a count. */
    return (reading->type == RDB_LIST_ZIPLIST ||
            rdb_read_count(reading->reader, of_ziplists ? 1 : 2, &count)) &&
           read_nodes(reading, count, of_ziplists);
}
