/* Ranges of a sorted set, as commands name them: by rank, by score, or by the
 * bytes of members that have equal scores.
 *
 *     0 -1      the first and the last rank; negative ones count from the end
 *     (1 +inf   scores; "(" says that this one is not within
 *     [a (b     members; "-" and "+" are before the first and after the last */
#ifndef ZSET_RANGE_H
#define ZSET_RANGE_H

#include "client.h"
#include "zset.h"

enum zset_range_kind { ZSET_BY_RANK, ZSET_BY_SCORE, ZSET_BY_LEX };

struct zset_range {
    enum zset_range_kind kind;
    bool backwards;           /* the last comes first, and is given first */
    int64_t first, last;      /* ranks */
    struct zset_cut from, to; /* or cuts, as they stand in the set */
    int64_t offset, limit;    /* of those within; a negative limit: all */
};

/* Reads the two ends of a range whose kind and direction are set; there is no
 * limit. Returns false after the error reply. The cuts hold the arguments'
 * bytes. */
bool zset_range_ends(struct client *client, struct slice one,
                     struct slice other, struct zset_range *range);

/* How many members are in the range; *rank is where they start, backwards from
 * the last of them. zset may be NULL: none. */
size_t zset_range_find(const struct zset *zset, const struct zset_range *range,
                       size_t *rank);

#endif
