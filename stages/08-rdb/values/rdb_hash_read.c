/* Hashes of an RDB. */
#include "hash.h"
#include "limits.h"
#include "packed.h"
#include "packed_valid.h"
#include "rdb_block_read.h"
#include "rdb_object_read.h"

/* A hash that is being read. */
struct reading {
    struct rdb_reader *reader;
    struct heap *heap;
    struct hash *hash; /* NULL before its first field */
    size_t at;         /* where the field stands that is being read */
};

static void expect(struct reading *reading, size_t count) {
    if (count == 0)
        return;
    reading->hash = hash_new(reading->heap);
    hash_expect(reading->heap, &reading->hash, count);
}

static bool set(struct reading *reading, struct slice field,
                struct slice value) {
    if (hash_set(reading->heap, &reading->hash, field, value))
        return true;
    return rdb_wrong(reading->reader, reading->at, "a field is there twice");
}

static bool read_fields(struct reading *reading) {
    struct rdb_string field = {0}, value = {0};
    size_t left;
    if (!rdb_read_count(reading->reader, 2, &left))
        return false;
    expect(reading, left);
    for (; left > 0; left--) {
        reading->at = reading->reader->at;
        if (!rdb_read_string(reading->reader, &field) ||
            !rdb_read_string(reading->reader, &value) ||
            !set(reading, field.text, value.text))
            break;
    }
    rdb_string_free(&field);
    rdb_string_free(&value);
    return left == 0;
}

/* A whole number of pairs of a field and a value. */
static bool set_pairs(struct reading *reading, const uint8_t *lp) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place)) {
        struct slice field = listpack_text(place, scratch[0]);
        place = listpack_next(place);
        struct slice value = listpack_text(place, scratch[1]);
        place = listpack_next(place);
        if (!set(reading, field, value))
            return false;
    }
    return true;
}

static bool add_block(struct reading *reading, const uint8_t *lp,
                      bool as_it_is) {
    const char *wrong = NULL;
    size_t count = listpack_count(lp);
    if (count == 0)
        return true;
    as_it_is = as_it_is && count / 2 <= limits.hash_max_listpack_entries &&
               packed_valid_spelling(lp);
    if (as_it_is)
        wrong = packed_valid_hash(lp);
    else if (count % 2 != 0)
        wrong = "the last field has no value";
    if (wrong != NULL)
        return rdb_wrong(reading->reader, reading->at, "%s", wrong);
    if (!as_it_is) {
        expect(reading, count / 2);
        return set_pairs(reading, lp);
    }
    reading->hash = (struct hash *)packed_from(reading->heap, lp);
    return true;
}

/* Long values of a zipmap make a hash large, as in Redis; those of the other
 * blocks do not. */
static bool read_block(struct reading *reading, enum rdb_block_form form) {
    struct rdb_block block = {0};
    bool good = rdb_read_block(reading->reader, form, &block);
    reading->at = block.at;
    good = good && add_block(reading, block.lp, form != RDB_BLOCK_ZIPMAP);
    rdb_block_free(&block);
    return good;
}

static bool read_hash(struct reading *reading, unsigned type) {
    switch (type) {
    case RDB_HASH: return read_fields(reading);
    case RDB_HASH_ZIPMAP: return read_block(reading, RDB_BLOCK_ZIPMAP);
    case RDB_HASH_ZIPLIST: return read_block(reading, RDB_BLOCK_ZIPLIST);
    default: return read_block(reading, RDB_BLOCK_LISTPACK);
    }
}

void *rdb_read_hash(struct rdb_reader *reader, unsigned type,
                    struct heap *heap) {
    struct reading reading = {.reader = reader, .heap = heap};
    if (!read_hash(&reading, type) && reading.hash != NULL) {
        hash_free(heap, reading.hash);
        reading.hash = NULL;
    }
    return reading.hash;
}
