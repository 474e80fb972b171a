/* Lists of an RDB. */
#include "list.h"
#include "rdb_block_read.h"
#include "rdb_object_read.h"

/* A list that is being read. */
struct reading {
    struct rdb_reader *reader;
    struct heap *heap;
    struct list *list; /* NULL before its first element */
    struct rdb_string string;
    struct rdb_block block;
};

static void push(struct reading *reading, struct slice value) {
    if (reading->list == NULL)
        reading->list = list_new(reading->heap);
    list_push(reading->heap, &reading->list, LIST_TAIL, &value, 1);
}

static void append(struct reading *reading, const uint8_t *lp) {
    if (listpack_at_end(listpack_first(lp)))
        return;
    if (reading->list == NULL)
        reading->list = list_new(reading->heap);
    list_append(reading->heap, &reading->list, lp);
}

static bool read_element(struct reading *reading) {
    if (!rdb_read_string(reading->reader, &reading->string))
        return false;
    push(reading, reading->string.text);
    return true;
}

/* An element that is a node of its own is so because it is large. */
static bool read_plain(struct reading *reading) {
    size_t at = reading->reader->at;
    if (!rdb_read_string(reading->reader, &reading->string))
        return false;
    if (reading->string.text.len == 0)
        return rdb_wrong(reading->reader, at, "an empty node of a list");
    push(reading, reading->string.text);
    return true;
}

static bool read_ziplist(struct reading *reading) {
    if (!rdb_read_block(reading->reader, RDB_BLOCK_ZIPLIST, &reading->block))
        return false;
    append(reading, reading->block.lp);
    return true;
}

/* A node of a QUICKLIST_2: what it is, and that. */
static bool read_node(struct reading *reading) {
    size_t at = reading->reader->at;
    uint64_t kind;
    if (!rdb_read_length(reading->reader, &kind))
        return false;
    if (kind == RDB_NODE_PLAIN)
        return read_plain(reading);
    if (kind != RDB_NODE_LISTPACK)
        return rdb_wrong(reading->reader, at,
                         "there is no node of a list of kind %llu",
                         (unsigned long long)kind);
    if (!rdb_read_block(reading->reader, RDB_BLOCK_LISTPACK, &reading->block))
        return false;
    append(reading, reading->block.lp);
    return true;
}

/* A count, and that many of something that takes at least so many bytes. */
static bool read_all(struct reading *reading,
                     bool (*read)(struct reading *reading), size_t each) {
    size_t count;
    if (!rdb_read_count(reading->reader, each, &count))
        return false;
    while (count > 0 && read(reading))
        count--;
    return count == 0;
}

static bool read_list(struct reading *reading, unsigned type) {
    switch (type) {
    case RDB_LIST: return read_all(reading, read_element, 1);
    case RDB_LIST_ZIPLIST: return read_ziplist(reading);
    case RDB_QUICKLIST: return read_all(reading, read_ziplist, 1);
    default: return read_all(reading, read_node, 2);
    }
}

void *rdb_read_list(struct rdb_reader *reader, unsigned type,
                    struct heap *heap) {
    struct reading reading = {.reader = reader, .heap = heap};
    if (!read_list(&reading, type) && reading.list != NULL) {
        list_free(heap, reading.list);
        reading.list = NULL;
    }
    rdb_string_free(&reading.string);
    rdb_block_free(&reading.block);
    return reading.list;
}
