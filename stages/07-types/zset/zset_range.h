/* Ranges of a sorted set, as commands give them: by rank, by score, or by the
 * bytes of members that have equal scores.
 *
 *     0 -1      the first and the last rank; negative ones count from the end
 *     (1 +inf   scores; "(" excludes the score itself
 *     [a (b     members; "-" and "+" are before the first and after the last */
#ifndef ZSET_RANGE_H
#define ZSET_RANGE_H

#include "client.h"
#include "zset.h"

enum zset_range_kind { ZSET_BY_RANK, ZSET_BY_SCORE, ZSET_BY_LEX };

struct zset_range {
    enum zset_range_kind kind;
    bool backwards; /* reversed: the upper end is given first, and so are the
                       members */
    int64_t first, last;      /* ranks */
    struct zset_cut from, to; /* or cuts, in the order of the set */
    int64_t offset,
        limit; /* of the members in range; a negative limit means all */
};

/* Reads the two ends of a range whose kind and direction are set, and sets no
 * limit. Returns false after the error reply. The cuts refer to the bytes of
 * the arguments. */
bool zset_range_ends(struct client *client, struct slice one,
                     struct slice other, struct zset_range *range);

/* The number of members in the range; *rank is that of the first one to return,
 * which is the last one if the range is reversed. zset may be NULL, which has
 * none. */
size_t zset_range_find(const struct zset *zset, const struct zset_range *range,
                       size_t *rank);

#endif
