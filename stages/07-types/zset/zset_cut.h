/* A cut in the order of a sorted set: the members before it and those behind.
 *
 *     scores below 2              {.by_score, 2}
 *     scores up to 2              {.by_score, 2, .after}
 *     before member "b", by its bytes alone
 *                                 {.by_member, "b"}
 *     before member "b" of score 2
 *                                 {.by_score, .by_member, 2, "b"}
 *     none; all                   {0}; {.after} */
#ifndef ZSET_CUT_H
#define ZSET_CUT_H

#include <stdbool.h>

#include "slice.h"

struct zset_cut {
    bool by_score, by_member;
    bool after; /* what equals it stands before it */
    double score;
    struct slice member;
};

/* The order of bytes; what is shorter comes first where all else is equal. */
static inline int zset_compare(struct slice a, struct slice b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Whether a member stands before the cut by its bytes, where its score does not
 * say so: a cut by_member. */
static inline bool zset_cut_is_behind(const struct zset_cut *cut,
                                      struct slice member) {
    int order = zset_compare(member, cut->member);
    return order != 0 ? order < 0 : cut->after;
}

#endif
