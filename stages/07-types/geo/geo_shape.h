/* Shapes on the earth: a circle or a box around a place, and the geohash cells
 * that must be searched for what lies inside. */
#ifndef GEO_SHAPE_H
#define GEO_SHAPE_H

#include "geohash.h"

/* The distance of two places on a sphere, in metres. */
double geo_distance(struct geo_point a, struct geo_point b);

struct geo_shape {
    bool is_box;
    struct geo_point centre;
    double radius;        /* in metres, of a circle */
    double width, height; /* in metres, of a box */
};

/* Returns true if the place is inside; then *distance is its distance from the
 * centre. */
bool geo_shape_has(const struct geo_shape *shape, struct geo_point point,
                   double *distance);

enum { GEO_CELLS_MAX = 9 };

/* Finds different cells that cover the shape: that of the centre, its
 * neighbours in the north, south, east and west, and those at the corners.
 * Returns their number. */
size_t geo_shape_cells(const struct geo_shape *shape,
                       struct geo_cell cells[static GEO_CELLS_MAX]);

#endif
