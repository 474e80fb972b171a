#include "entry_object.h"
#include "rdb_object_read.h"
#include "rdb_value.h"

static struct entry *read_string(struct rdb_reader *reader, struct heap *heap,
                                 struct slice key) {
    struct rdb_string string = {0};
    struct entry *entry = NULL;
    if (rdb_read_string(reader, &string))
        entry = entry_new(heap, key, string.text);
    rdb_string_free(&string);
    return entry;
}

/* The type of value that each type byte stands for, and the function that reads
 * it. */
struct row {
    enum type type;
    bool (*read)(struct rdb_reading *reading);
};

static const struct row rows[] = {
    [RDB_LIST] = {TYPE_LIST, rdb_read_list},
    [RDB_LIST_ZIPLIST] = {TYPE_LIST, rdb_read_list},
    [RDB_QUICKLIST] = {TYPE_LIST, rdb_read_list},
    [RDB_QUICKLIST_2] = {TYPE_LIST, rdb_read_list},
    [RDB_SET] = {TYPE_SET, rdb_read_set},
    [RDB_SET_INTSET] = {TYPE_SET, rdb_read_set},
    [RDB_SET_LISTPACK] = {TYPE_SET, rdb_read_set},
    [RDB_HASH] = {TYPE_HASH, rdb_read_hash},
    [RDB_HASH_ZIPMAP] = {TYPE_HASH, rdb_read_hash},
    [RDB_HASH_ZIPLIST] = {TYPE_HASH, rdb_read_hash},
    [RDB_HASH_LISTPACK] = {TYPE_HASH, rdb_read_hash},
    [RDB_ZSET] = {TYPE_ZSET, rdb_read_zset},
    [RDB_ZSET_2] = {TYPE_ZSET, rdb_read_zset},
    [RDB_ZSET_ZIPLIST] = {TYPE_ZSET, rdb_read_zset},
    [RDB_ZSET_LISTPACK] = {TYPE_ZSET, rdb_read_zset},
    [RDB_STREAM] = {TYPE_STREAM, rdb_read_stream},
    [RDB_STREAM_2] = {TYPE_STREAM, rdb_read_stream},
    [RDB_STREAM_3] = {TYPE_STREAM, rdb_read_stream},
};

static void refuse(struct rdb_reader *reader, unsigned type) {
    if (type == RDB_MODULE || type == RDB_MODULE_2)
        (void)rdb_foreign(reader, reader->at,
                          "a value of a module: there are none here");
    else if (type >= RDB_HASH_METADATA_GA && type <= RDB_HASH_LISTPACK_EX)
        (void)rdb_foreign(reader, reader->at,
                          "a hash whose fields expire: they do not do so here");
    else
        (void)rdb_wrong(reader, reader->at, "there is no type %u of values",
                        type);
}

/* Returns NULL if something is wrong, or if the object would be empty. */
static void *read_object(struct rdb_reader *reader, unsigned type,
                         struct heap *heap) {
    struct rdb_reading reading = {.reader = reader, .heap = heap, .type = type};
    if (rows[type].read(&reading))
        return reading.object;
    /* It may have been made in part. */
    if (reading.object != NULL)
        stage_types[rows[type].type].free(heap, reading.object);
    return NULL;
}

struct entry *rdb_read_value(struct rdb_reader *reader, unsigned type,
                             struct heap *heap, struct slice key) {
    if (type == RDB_STRING)
        return read_string(reader, heap, key);
    if (type >= sizeof rows / sizeof *rows || rows[type].read == NULL) {
        refuse(reader, type);
        return NULL;
    }
    void *object = read_object(reader, type, heap);
    return object != NULL ? entry_new_object(heap, key, rows[type].type, object)
                          : NULL;
}
