/* Places: their geohashes, distances, and the cells that cover a shape. */
#include <math.h>
#include <stdlib.h>

#include "geo_shape.h"
#include "unit.h"

static uint64_t state = 13;

static double between(double low, double high) {
    return low + (high - low) * ((double)(unit_random(&state) >> 11) / 0x1p53);
}

static struct geo_point any_point(double north) {
    return (struct geo_point){between(-180, 180), between(-north, north)};
}

static void test_known_places(void) {
    struct geo_point palermo = {13.361389, 38.115556};
    struct geo_point catania = {15.087269, 37.502669};
    char text[GEOHASH_TEXT];
    CHECK_INT(geohash_encode(palermo), 3479099956230698);
    CHECK_INT(geohash_encode(catania), 3479447370796909);
    palermo = geohash_decode(3479099956230698);
    catania = geohash_decode(3479447370796909);
    geohash_text(text, palermo);
    CHECK_TEXT(text, sizeof text, "sqc8b49rny0");
    CHECK(fabs(geo_distance(palermo, catania) - 166274.1516) < 0.0001);
}

static void test_there_and_back(void) {
    for (int i = 0; i < 100000; i++) {
        struct geo_point point = any_point(85.05112878);
        uint64_t bits = geohash_encode(point);
        struct geo_point found = geohash_decode((double)bits);
        CHECK(bits < UINT64_C(1) << 52);
        CHECK(fabs(found.longitude - point.longitude) <= 360 / 0x1p27 * 1.01);
        CHECK(fabs(found.latitude - point.latitude) <= 170.2 / 0x1p27);
        CHECK_INT(geohash_encode(found), bits);
    }
}

static void test_any_score(void) {
    static const double scores[] = {0,      -1,      0.5,      -0x1p63,  0x1p63,
                                    0x1p64, -0x1p70, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
        CHECK(geo_point_is_good(geohash_decode(scores[i])));
}

static void test_edges(void) {
    CHECK(geo_point_is_good((struct geo_point){180, 85.05112878}));
    CHECK(!geo_point_is_good((struct geo_point){180.0001, 0}));
    CHECK(!geo_point_is_good((struct geo_point){0, -85.0512}));
    CHECK(!geo_point_is_good((struct geo_point){NAN, 0}));
    struct geo_cell corner = {0, 3, 2};
    struct geo_cell west = geo_cell_beside(corner, -1, 0);
    struct geo_cell north = geo_cell_beside(corner, 0, 1);
    CHECK(west.x == 3 && west.y == 3 && north.x == 0 && north.y == 0);
}

static void test_cells(void) {
    for (int i = 0; i < 20000; i++) {
        struct geo_point point = any_point(85);
        unsigned step = 1 + (unsigned)unit_random_below(&state, 26);
        struct geo_cell cell = geo_cell_of(point, step);
        struct geo_box box = geo_cell_box(cell);
        uint64_t first, end, bits = geohash_encode(point);
        geo_cell_range(cell, &first, &end);
        CHECK(bits >= first && bits < end);
        CHECK(box.low.longitude <= point.longitude &&
              point.longitude <= box.high.longitude);
        CHECK(box.low.latitude <= point.latitude &&
              point.latitude <= box.high.latitude);
    }
}

static bool is_covered(const struct geo_cell *cells, size_t count,
                       struct geo_point point) {
    uint64_t first, end, bits = geohash_encode(point);
    for (size_t i = 0; i < count; i++) {
        geo_cell_range(cells[i], &first, &end);
        if (bits >= first && bits < end)
            return true;
    }
    return false;
}

/* Away from the poles and from where east meets west, where shapes of any size
 * up to a thousand kilometres must be found whole. */
static void test_covering(void) {
    for (int i = 0; i < 3000; i++) {
        double metres = pow(10, between(0, 6));
        struct geo_shape shape = {
            .is_box = i % 2 == 0,
            .centre = {between(-150, 150), between(-60, 60)},
            .radius = metres,
            .width = metres * between(0.1, 2),
            .height = metres};
        struct geo_cell cells[GEO_CELLS_MAX];
        size_t count = geo_shape_cells(&shape, cells);
        double reach = metres / 111000 * 2.5, distance;
        for (int k = 0; k < 100; k++) {
            struct geo_point point = {
                shape.centre.longitude + between(-reach, reach),
                shape.centre.latitude + between(-reach, reach)};
            CHECK(!geo_shape_has(&shape, point, &distance) ||
                  is_covered(cells, count, point));
        }
    }
}

static void test_shapes(void) {
    struct geo_shape circle = {.centre = {0, 0}, .radius = 111300};
    struct geo_shape box = {.is_box = true, .width = 222600, .height = 222600};
    double distance = 0;
    CHECK(geo_shape_has(&circle, (struct geo_point){1, 0}, &distance));
    CHECK(fabs(distance - 111226.3) < 0.1);
    CHECK(!geo_shape_has(&circle, (struct geo_point){0.9, 0.9}, &distance));
    CHECK(geo_shape_has(&box, (struct geo_point){0.9, 0.9}, &distance));
    CHECK(!geo_shape_has(&box, (struct geo_point){0, 1.1}, &distance));
    CHECK(!geo_shape_has(&box, (struct geo_point){-1.1, 0}, &distance));
}

int main(void) {
    unit_test("two cities", test_known_places);
    unit_test("a place is found where it was put", test_there_and_back);
    unit_test("any score is a place", test_any_score);
    unit_test("the edges of the map", test_edges);
    unit_test("cells hold their places", test_cells);
    unit_test("cells cover shapes", test_covering);
    unit_test("circles and boxes", test_shapes);
    return unit_end();
}
