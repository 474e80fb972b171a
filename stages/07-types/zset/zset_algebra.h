/* Unions, intersections and differences of sorted sets and sets. */
#ifndef ZSET_ALGEBRA_H
#define ZSET_ALGEBRA_H

#include "zset_source.h"

enum zset_operation { ZSET_UNION, ZSET_INTER, ZSET_DIFF };

/* What the scores of one member in several sets become. */
enum zset_aggregate { ZSET_SUM, ZSET_MIN, ZSET_MAX };

/* Makes a new set, which may be empty and is a large one, of the sources, at
 * least one. Those of a union or intersection are put into the order of their
 * sizes, as Redis does: it may matter to a sum of fractions. */
struct zset *zset_algebra(struct heap *heap, enum zset_operation operation,
                          enum zset_aggregate aggregate,
                          struct zset_source *sources, size_t count);

/* How many members an intersection has; no more than limit are counted, unless
 * that is 0. */
size_t zset_inter_count(struct zset_source *sources, size_t count,
                        uint64_t limit);

#endif
