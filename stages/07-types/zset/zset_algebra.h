/* Unions, intersections and differences of sorted sets and sets. */
#ifndef ZSET_ALGEBRA_H
#define ZSET_ALGEBRA_H

#include "zset_source.h"

enum zset_operation { ZSET_UNION, ZSET_INTER, ZSET_DIFF };

/* How the scores that a member has in several sets are combined. */
enum zset_aggregate { ZSET_SUM, ZSET_MIN, ZSET_MAX };

/* Makes a new large set, which may be empty, from at least one source. The
 * sources of a union or intersection are sorted by size, as in Redis: that may
 * affect a sum of fractions. */
struct zset *zset_algebra(struct heap *heap, enum zset_operation operation,
                          enum zset_aggregate aggregate,
                          struct zset_source *sources, size_t count);

/* The number of members in an intersection. Counting stops at limit, unless
 * that is 0. */
size_t zset_inter_count(struct zset_source *sources, size_t count,
                        uint64_t limit);

#endif
