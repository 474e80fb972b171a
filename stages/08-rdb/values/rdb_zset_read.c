/* Reads sorted sets of an RDB. */
#include <math.h>

#include "limits.h"
#include "packed_valid.h"
#include "rdb_object_read.h"
#include "score.h"
#include "zset.h"

/* Lengths of a score's text that stand for a score without a text. */
enum { SCORE_NAN = 253, SCORE_INF = 254, SCORE_MINUS_INF = 255 };

static const char no_number[] = "a score is not a number";

/* Adds a member to a large set, which accepts them in any order. */
static bool add(struct rdb_reading *reading, struct slice member,
                double score) {
    struct zset *zset = reading->object;
    if (zset == NULL)
        zset = zset_new_large(reading->heap);
    bool is_new = zset_set(reading->heap, &zset, member, score) == ZSET_ADDED;
    reading->object = zset;
    return is_new ||
           rdb_wrong(reading->reader, reading->at, "a member is there twice");
}

static bool add_pair(struct rdb_reading *reading, const struct slice *pair) {
    double score;
    if (!score_parse(pair[1], &score))
        return rdb_wrong(reading->reader, reading->at, no_number);
    return add(reading, pair[0], score);
}

/* Reads a score as text: a byte with its length, then the text. */
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
    return rdb_wrong(reader, at, no_number);
}

static bool read_binary(struct rdb_reader *reader, double *score) {
    size_t at = reader->at;
    if (!rdb_read_double(reader, score))
        return false;
    return !isnan(*score) || rdb_wrong(reader, at, no_number);
}

/* Reads a count, and that many members with scores of at least score_bytes
 * bytes. */
static bool read_members(struct rdb_reading *reading,
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

static bool read_members_or_block(struct rdb_reading *reading) {
    struct rdb_items items = {2, limits.zset_max_listpack_entries,
                              packed_valid_zset, "the last member has no score",
                              add_pair};
    switch (reading->type) {
    case RDB_ZSET: return read_members(reading, read_text, 1);
    case RDB_ZSET_2: return read_members(reading, read_binary, 8);
    case RDB_ZSET_ZIPLIST:
        return rdb_read_packed(reading, RDB_BLOCK_ZIPLIST, &items);
    default: return rdb_read_packed(reading, RDB_BLOCK_LISTPACK, &items);
    }
}

bool rdb_read_zset(struct rdb_reading *reading) {
    if (!read_members_or_block(reading))
        return false;
    /* What was added member by member is a large set so far, and becomes a
     * listpack if it is small. */
    struct zset *zset = reading->object;
    if (zset != NULL)
        zset_settle(reading->heap, &zset);
    reading->object = zset;
    return true;
}
