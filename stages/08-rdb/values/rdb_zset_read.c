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

/* A member and its score, both from a block. */
static bool add_pair(struct rdb_reading *reading, const struct slice *pair) {
    double score;
    if (!score_parse(pair[1], &score))
        return rdb_wrong(reading->reader, reading->at, no_number);
    return add(reading, pair[0], score);
}

/* Reads a score as text: a byte with its length, then the text. */
static bool read_text_score(struct rdb_reader *reader, double *score) {
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

static bool read_binary_score(struct rdb_reader *reader, double *score) {
    size_t at = reader->at;
    if (!rdb_read_double(reader, score))
        return false;
    return !isnan(*score) || rdb_wrong(reader, at, no_number);
}

/* Members whose scores follow them in the file. */

static bool add_with_text(struct rdb_reading *reading,
                          const struct slice *member) {
    double score = 0;
    return read_text_score(reading->reader, &score) &&
           add(reading, *member, score);
}

static bool add_with_binary(struct rdb_reading *reading,
                            const struct slice *member) {
    double score = 0;
    return read_binary_score(reading->reader, &score) &&
           add(reading, *member, score);
}

static bool read_members_or_block(struct rdb_reading *reading) {
    struct rdb_items items = {2, limits.zset_max_listpack_entries,
                              packed_valid_zset, add_pair};
    switch (reading->type) {
    case RDB_ZSET: return rdb_read_items(reading, 1, add_with_text);
    case RDB_ZSET_2: return rdb_read_items(reading, 1, add_with_binary);
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
