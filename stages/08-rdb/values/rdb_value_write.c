/* Values of an RDB, as Redis 7.0 reads them. Small collections and the blocks
 * of lists are written as they are, so that a save is a copy; large ones
 * element by element. */
#include "entry_object.h"
#include "hash.h"
#include "intset.h"
#include "list.h"
#include "listpack.h"
#include "rdb_stream_write.h"
#include "rdb_value.h"
#include "set.h"
#include "zset.h"

static void write_listpack(struct rdb_writer *writer, const uint8_t *lp) {
    rdb_write_string(writer, (struct slice){(char *)lp, listpack_bytes(lp)});
}

/* Lists. */

static enum rdb_type list_type(const void *list) {
    (void)list;
    return RDB_QUICKLIST_2;
}

static void write_list(struct rdb_writer *writer, const void *list) {
    size_t blocks = list_blocks(list);
    rdb_write_length(writer, blocks);
    for (size_t i = 0; i < blocks; i++) {
        rdb_write_length(writer, RDB_NODE_LISTPACK);
        write_listpack(writer, list_block(list, i));
    }
}

/* Sets. Redis 7.0 does not read one that is a listpack. */

static enum rdb_type set_type(const void *set) {
    return set_intset(set) != NULL ? RDB_SET_INTSET : RDB_SET;
}

static void write_member(void *context, struct slice member) {
    rdb_write_string(context, member);
}

static void write_set(struct rdb_writer *writer, const void *set) {
    const struct intset *ints = set_intset(set);
    if (ints != NULL) {
        rdb_write_string(writer,
                         (struct slice){(char *)ints, intset_bytes(ints)});
        return;
    }
    rdb_write_length(writer, set_size(set));
    uint64_t cursor = 0;
    do
        cursor = set_scan(set, cursor, write_member, writer);
    while (cursor != 0);
}

/* Hashes. */

static enum rdb_type hash_type(const void *hash) {
    return hash_listpack(hash) != NULL ? RDB_HASH_LISTPACK : RDB_HASH;
}

static void write_pair(void *context, struct slice field, struct slice value) {
    rdb_write_string(context, field);
    rdb_write_string(context, value);
}

static void write_hash(struct rdb_writer *writer, const void *hash) {
    const uint8_t *lp = hash_listpack(hash);
    if (lp != NULL) {
        write_listpack(writer, lp);
        return;
    }
    rdb_write_length(writer, hash_size(hash));
    uint64_t cursor = 0;
    do
        cursor = hash_scan(hash, cursor, write_pair, writer);
    while (cursor != 0);
}

/* Sorted sets. The last member comes first: so Redis builds its skip list
 * faster. */

static enum rdb_type zset_type(const void *zset) {
    return zset_listpack(zset) != NULL ? RDB_ZSET_LISTPACK : RDB_ZSET_2;
}

static void write_zset(struct rdb_writer *writer, const void *zset) {
    const uint8_t *lp = zset_listpack(zset);
    if (lp != NULL) {
        write_listpack(writer, lp);
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

/* Entries. */

/* The functions that write objects, by enum type. */
static const struct {
    enum rdb_type (*type)(const void *object);
    void (*write)(struct rdb_writer *writer, const void *object);
} forms[] = {
    [TYPE_LIST] = {list_type, write_list},
    [TYPE_SET] = {set_type, write_set},
    [TYPE_ZSET] = {zset_type, write_zset},
    [TYPE_HASH] = {hash_type, write_hash},
    [TYPE_STREAM] = {rdb_stream_type, rdb_write_stream},
};

enum rdb_type rdb_type_of(const struct entry *entry) {
    enum type type = entry_type(entry);
    return type == TYPE_STRING ? RDB_STRING
                               : forms[type].type(entry_object(entry));
}

void rdb_write_value(struct rdb_writer *writer, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    int64_t integer;
    enum type type = entry_type(entry);
    if (type != TYPE_STRING)
        forms[type].write(writer, entry_object(entry));
    else if (entry_is_int(entry, &integer))
        rdb_write_integer(writer, integer);
    else
        rdb_write_string(writer, entry_value(entry, scratch));
}
