/* Sorted sets of an RDB. */
#include <math.h>

#include "limits.h"
#include "packed.h"
#include "packed_valid.h"
#include "rdb_block_read.h"
#include "rdb_object_read.h"
#include "score.h"
#include "zset.h"

/* The length of a score's text, if it is no text. */
enum { SCORE_NAN = 253, SCORE_INF = 254, SCORE_MINUS_INF = 255 };

/* A sorted set that is being read. */
struct reading {
    struct rdb_reader *reader;
    struct heap *heap;
    struct zset *zset; /* NULL before its first member */
    size_t at;         /* where the member stands that is being read */
};

/* Members may come in any order, which a large set does not mind. */
static bool add(struct reading *reading, struct slice member, double score) {
    if (reading->zset == NULL)
        reading->zset = zset_new_large(reading->heap);
    if (zset_set(reading->heap, &reading->zset, member, score) == ZSET_ADDED)
        return true;
    return rdb_wrong(reading->reader, reading->at, "a member is there twice");
}

/* Scores: a byte that says how long the text is, and the text. */
static bool read_text(struct rdb_reader *reader, double *score) {
    size_t at = reader->at;
    unsigned len;
    const uint8_t *bytes;
    if (!rdb_read_byte(reader, &len))
        return false;
    if (len == SCORE_INF || len == SCORE_MINUS_INF) {
        *score = len == SCORE_INF ? HUGE_VAL : -HUGE_VAL;
        return true;
    }
    if (len != SCORE_NAN) {
        if (!rdb_read(reader, len, &bytes))
            return false;
        if (score_parse((struct slice){(char *)bytes, len}, score))
            return true;
    }
    return rdb_wrong(reader, at, "a score is not a number");
}

static bool read_binary(struct rdb_reader *reader, double *score) {
    size_t at = reader->at;
    if (!rdb_read_double(reader, score))
        return false;
    return !isnan(*score) || rdb_wrong(reader, at, "a score is not a number");
}

/* Members with scores, which take at least that many bytes each. */
static bool read_members(struct reading *reading,
                         bool (*read_score)(struct rdb_reader *reader,
                                            double *score),
                         size_t score_bytes) {
    struct rdb_string string = {0};
    size_t left;
    double score = 0;
    if (!rdb_read_count(reading->reader, 1 + score_bytes, &left))
        return false;
    for (; left > 0; left--) {
        reading->at = reading->reader->at;
        if (!rdb_read_string(reading->reader, &string) ||
            !read_score(reading->reader, &score) ||
            !add(reading, string.text, score))
            break;
    }
    rdb_string_free(&string);
    return left == 0;
}

/* A whole number of pairs of a member and a score. */
static bool add_pairs(struct reading *reading, const uint8_t *lp) {
    char scratch[2][NUMBER_I64_MAX_TEXT];
    const uint8_t *place = listpack_first(lp);
    while (!listpack_at_end(place)) {
        double score;
        struct slice member = listpack_text(place, scratch[0]);
        place = listpack_next(place);
        if (!score_parse(listpack_text(place, scratch[1]), &score))
            return rdb_wrong(reading->reader, reading->at,
                             "a score is not a number");
        place = listpack_next(place);
        if (!add(reading, member, score))
            return false;
    }
    return true;
}

static bool add_block(struct reading *reading, const uint8_t *lp) {
    const char *wrong = NULL;
    size_t count = listpack_count(lp);
    if (count == 0)
        return true;
    bool as_it_is = count / 2 <= limits.zset_max_listpack_entries &&
                    packed_valid_spelling(lp);
    if (as_it_is)
        wrong = packed_valid_zset(lp);
    else if (count % 2 != 0)
        wrong = "the last member has no score";
    if (wrong != NULL)
        return rdb_wrong(reading->reader, reading->at, "%s", wrong);
    if (!as_it_is)
        return add_pairs(reading, lp);
    reading->zset = (struct zset *)packed_from(reading->heap, lp);
    return true;
}

static bool read_block(struct reading *reading, enum rdb_block_form form) {
    struct rdb_block block = {0};
    bool good = rdb_read_block(reading->reader, form, &block);
    reading->at = block.at;
    good = good && add_block(reading, block.lp);
    rdb_block_free(&block);
    return good;
}

static bool read_zset(struct reading *reading, unsigned type) {
    switch (type) {
    case RDB_ZSET: return read_members(reading, read_text, 1);
    case RDB_ZSET_2: return read_members(reading, read_binary, 8);
    case RDB_ZSET_ZIPLIST: return read_block(reading, RDB_BLOCK_ZIPLIST);
    default: return read_block(reading, RDB_BLOCK_LISTPACK);
    }
}

void *rdb_read_zset(struct rdb_reader *reader, unsigned type,
                    struct heap *heap) {
    struct reading reading = {.reader = reader, .heap = heap};
    bool good = read_zset(&reading, type);
    if (reading.zset == NULL)
        return NULL;
    if (good) {
        zset_settle(heap, &reading.zset);
        return reading.zset;
    }
    zset_free(heap, reading.zset);
    return NULL;
}
