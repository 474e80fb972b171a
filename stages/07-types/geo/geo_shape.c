#include "geo_shape.h"

#include <math.h>

/* Redis's value. Every distance depends on it, so it must be the same. */
static const double EARTH_RADIUS = 6372797.560856;
/* The distance from the middle of a square map of the world to its edge, in
 * metres. */
static const double MAP_HALF = 20037726.37;

static double radians(double degrees) {
    return degrees * (M_PI / 180);
}

static double degrees(double angle) {
    return angle / (M_PI / 180);
}

static double north_distance(double latitude, double other) {
    return EARTH_RADIUS * fabs(radians(other) - radians(latitude));
}

/* The haversine formula. */
double geo_distance(struct geo_point a, struct geo_point b) {
    double v = sin((radians(b.longitude) - radians(a.longitude)) / 2);
    /* As in Redis: on one meridian this is the distance, and its last digits
     * may differ from those of the formula. */
    if (v == 0)
        return north_distance(a.latitude, b.latitude);
    double from = radians(a.latitude), to = radians(b.latitude);
    double u = sin((to - from) / 2);
    return 2 * EARTH_RADIUS * asin(sqrt(u * u + cos(from) * cos(to) * v * v));
}

bool geo_shape_has(const struct geo_shape *shape, struct geo_point point,
                   double *distance) {
    if (shape->is_box) {
        /* The distance to the east or west is measured at the latitude of the
         * place. */
        struct geo_point beside = {shape->centre.longitude, point.latitude};
        if (north_distance(point.latitude, shape->centre.latitude) >
                shape->height / 2 ||
            geo_distance(point, beside) > shape->width / 2)
            return false;
    }
    *distance = geo_distance(shape->centre, point);
    return shape->is_box || *distance <= shape->radius;
}

/* The degrees that a shape lies within. */
static struct geo_box bounds_of(const struct geo_shape *shape) {
    struct geo_point centre = shape->centre;
    double height = shape->is_box ? shape->height / 2 : shape->radius;
    double width = shape->is_box ? shape->width / 2 : shape->radius;
    double up = degrees(height / EARTH_RADIUS);
    /* The side nearer to a pole spans more degrees. */
    double edge =
        centre.latitude < 0 ? centre.latitude - up : centre.latitude + up;
    double side = degrees(width / EARTH_RADIUS / cos(radians(edge)));
    return (struct geo_box){{centre.longitude - side, centre.latitude - up},
                            {centre.longitude + side, centre.latitude + up}};
}

/* The step at which a cell is about as large as the shape; near the poles,
 * where cells are narrow, one or two steps less. */
static unsigned step_for(const struct geo_shape *shape) {
    double reach = shape->radius;
    if (shape->is_box)
        reach = sqrt(shape->width / 2 * (shape->width / 2) +
                     shape->height / 2 * (shape->height / 2));
    if (reach == 0)
        return GEOHASH_STEPS;
    /* Each step halves a cell, until it is about as wide as the reach. ANY
     * takes what the first cells have, so the steps must be Redis's. */
    int step = -1;
    while (reach < MAP_HALF) {
        reach *= 2;
        step++;
    }
    double latitude = fabs(shape->centre.latitude);
    step -= (latitude > 66) + (latitude > 80);
    if (step < 1)
        return 1;
    return step > GEOHASH_STEPS ? GEOHASH_STEPS : (unsigned)step;
}

/* Returns true if the cell and its neighbours do not cover the bounds. */
static bool is_too_small(struct geo_cell cell, const struct geo_box *bounds) {
    struct geo_box north = geo_cell_box(geo_cell_beside(cell, 0, 1));
    struct geo_box south = geo_cell_box(geo_cell_beside(cell, 0, -1));
    struct geo_box east = geo_cell_box(geo_cell_beside(cell, 1, 0));
    struct geo_box west = geo_cell_box(geo_cell_beside(cell, -1, 0));
    return north.high.latitude < bounds->high.latitude ||
           south.low.latitude > bounds->low.latitude ||
           east.high.longitude < bounds->high.longitude ||
           west.low.longitude > bounds->low.longitude;
}

/* Returns true if the cell itself reaches beyond the bounds in a direction, so
 * that its neighbour there cannot have anything. */
static bool is_useless(struct geo_cell cell, const struct geo_box *bounds,
                       int east, int north) {
    struct geo_box own = geo_cell_box(cell);
    return cell.step >= 2 &&
           ((north < 0 && own.low.latitude < bounds->low.latitude) ||
            (north > 0 && own.high.latitude > bounds->high.latitude) ||
            (east < 0 && own.low.longitude < bounds->low.longitude) ||
            (east > 0 && own.high.longitude > bounds->high.longitude));
}

static bool is_same(struct geo_cell a, struct geo_cell b) {
    return a.x == b.x && a.y == b.y;
}

size_t geo_shape_cells(const struct geo_shape *shape,
                       struct geo_cell cells[static GEO_CELLS_MAX]) {
    static const int beside[GEO_CELLS_MAX][2] = {
        {0, 0}, {0, 1},  {0, -1}, {1, 0},  {-1, 0},
        {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}; /* to the east, to the north */
    struct geo_box bounds = bounds_of(shape);
    unsigned step = step_for(shape);
    struct geo_cell cell = geo_cell_of(shape->centre, step);
    /* At the edge of a cell its neighbours may not reach far enough. */
    if (step > 1 && is_too_small(cell, &bounds))
        cell = geo_cell_of(shape->centre, step - 1);
    size_t count = 0;
    for (size_t i = 0; i < GEO_CELLS_MAX; i++) {
        int east = beside[i][0], north = beside[i][1];
        struct geo_cell next = geo_cell_beside(cell, east, north);
        /* If only two cells go around the world, the eastern neighbour is also
         * the western one. */
        if (is_useless(cell, &bounds, east, north) ||
            (count > 1 && is_same(next, cells[count - 1])))
            continue;
        cells[count++] = next;
    }
    return count;
}
