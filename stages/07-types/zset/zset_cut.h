/* A cut in the order of a sorted set: it separates the members before it from
 * those behind it.
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
    bool after; /* members that equal it are before it */
    double score;
    struct slice member;
};

/* Returns true if a member is before the cut by its bytes. For a cut by_member,
 * and only where the score does not decide. */
static inline bool zset_cut_is_behind(const struct zset_cut *cut,
                                      struct slice member) {
    int order = slice_compare(member, cut->member);
    return order != 0 ? order < 0 : cut->after;
}

#endif
