/* Writes values of an RDB in forms that Redis 7.0 can read. Small collections
 * and the blocks of lists are copied as they are; large collections are written
 * element by element. */
#include "entry_object.h"
#include "hash.h"
#include "intset.h"
#include "list.h"
#include "listpack.h"
#include "rdb_value.h"
#include "set.h"
#include "zset.h"

static void write_listpack(struct rdb_writer *writer, const uint8_t *lp) {
    rdb_write_string(writer, (struct slice){(char *)lp, listpack_bytes(lp)});
}

/* Lists. */

static void write_list(struct rdb_writer *writer, const struct list *list) {
    size_t blocks = list_blocks(list);
    rdb_write_length(writer, blocks);
    for (size_t i = 0; i < blocks; i++) {
        rdb_write_length(writer, RDB_NODE_LISTPACK);
        write_listpack(writer, list_block(list, i));
    }
}

/* Sets. Redis 7.0 cannot read one that is a listpack. */

static void write_member(void *context, struct slice member) {
    rdb_write_string(context, member);
}

static void write_set(struct rdb_writer *writer, const struct set *set) {
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

static void write_pair(void *context, struct slice field, struct slice value) {
    rdb_write_string(context, field);
    rdb_write_string(context, value);
}

static void write_hash(struct rdb_writer *writer, const struct hash *hash) {
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

/* Sorted sets. The last member is written first, which lets Redis build its
 * skip list faster. */

static void write_zset(struct rdb_writer *writer, const struct zset *zset) {
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

enum rdb_type rdb_type_of(const struct entry *entry) {
    enum type type = entry_type(entry);
    const void *object = type != TYPE_STRING ? entry_object(entry) : NULL;
    switch (type) {
    case TYPE_STRING: break;
    case TYPE_LIST: return RDB_QUICKLIST_2;
    case TYPE_SET: return set_intset(object) ? RDB_SET_INTSET : RDB_SET;
    case TYPE_ZSET:
        return zset_listpack(object) ? RDB_ZSET_LISTPACK : RDB_ZSET_2;
    case TYPE_HASH: return hash_listpack(object) ? RDB_HASH_LISTPACK : RDB_HASH;
    case TYPE_STREAM: return RDB_STREAM_2;
    }
    return RDB_STRING;
}

static void write_string(struct rdb_writer *writer, const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    int64_t integer;
    if (entry_is_int(entry, &integer))
        rdb_write_integer(writer, integer);
    else
        rdb_write_string(writer, entry_value(entry, scratch));
}

void rdb_write_value(struct rdb_writer *writer, const struct entry *entry) {
    switch (entry_type(entry)) {
    case TYPE_STRING: write_string(writer, entry); break;
    case TYPE_LIST: write_list(writer, entry_object(entry)); break;
    case TYPE_SET: write_set(writer, entry_object(entry)); break;
    case TYPE_ZSET: write_zset(writer, entry_object(entry)); break;
    case TYPE_HASH: write_hash(writer, entry_object(entry)); break;
    case TYPE_STREAM: rdb_write_stream(writer, entry_object(entry)); break;
    }
}
