/* The members of a sorted set that lie within a shape. */
#ifndef GEO_SEARCH_H
#define GEO_SEARCH_H

#include "geo_shape.h"
#include "zset.h"

struct geo_found {
    struct zset_cursor at; /* the member */
    double score;
    double distance; /* metres from the centre */
    struct geo_point point;
};

enum geo_order { GEO_NO_ORDER, GEO_NEAREST, GEO_FARTHEST };

struct geo_finds {
    struct geo_found *rows;
    size_t count, room;
};

/* Finds members, cell by cell, and stops when there are enough, unless that is
 * 0. The rows are good until the set is changed; the caller frees them. */
void geo_search(const struct zset *zset, const struct geo_shape *shape,
                uint64_t enough, struct geo_finds *finds);

/* Sorts the rows, or at least the first count of them; the others are then in
 * no particular order. */
void geo_sort(struct geo_finds *finds, enum geo_order order, uint64_t first);

#endif
