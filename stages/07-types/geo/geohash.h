/* Geohashes: a place on the earth as one number.
 *
 * Longitude and latitude are each halved 26 times, which gives 26 bits each,
 * and the bits are interleaved, with those of the longitude at the odd places.
 * Numbers that begin with the same bits lie in the same cell, so a cell is a
 * range of numbers:
 *
 *     x   . 1 . 0 ...     step 1: four cells   | 01 11 |   north is up
 *     y   0 . 1 .  ...                         | 00 10 |
 *
 * A sorted set keeps them as scores: 52 bits fit a double. Latitudes end where
 * a square map of the world ends, at 85.05112878 degrees. */
#ifndef GEOHASH_H
#define GEOHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GEOHASH_STEPS = 26, GEOHASH_TEXT = 11 };

struct geo_point {
    double longitude, latitude; /* degrees */
};

struct geo_box {
    struct geo_point low, high;
};

/* One of the 4^step cells. x and y are less than 2^step, except for a place at
 * the very edge of the map. */
struct geo_cell {
    uint32_t x, y;
    unsigned step;
};

bool geo_point_is_good(struct geo_point point);

uint64_t geohash_encode(struct geo_point point);
/* The middle of the smallest cell. Any score stands for some place. */
struct geo_point geohash_decode(double score);

/* The place in the form that others use: 11 characters, and latitudes up to 90.
 * No NUL is added. */
void geohash_text(char out[static GEOHASH_TEXT], struct geo_point point);

struct geo_cell geo_cell_of(struct geo_point point, unsigned step);
/* The cell that lies so many steps to the east and north, around the world. */
struct geo_cell geo_cell_beside(struct geo_cell cell, int east, int north);
struct geo_box geo_cell_box(struct geo_cell cell);
/* The range of geohashes in a cell: the first, and the end, which is not in it.
 */
void geo_cell_range(struct geo_cell cell, uint64_t *first, uint64_t *end);

#endif
