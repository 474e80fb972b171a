#include "geohash.h"

/* The square map of the world on which cells are counted, and the whole globe,
 * for the text that other programs read. */
static const struct geo_box MAP = {{-180, -85.05112878}, {180, 85.05112878}};
static const struct geo_box GLOBE = {{-180, -90}, {180, 90}};

bool geo_point_is_good(struct geo_point point) {
    return point.longitude >= MAP.low.longitude &&
           point.longitude <= MAP.high.longitude &&
           point.latitude >= MAP.low.latitude &&
           point.latitude <= MAP.high.latitude;
}

/* Moves the bits to the even places of a word: the upper half goes up by 16,
 * then the upper half of each half by 8, and so on. */
static uint64_t spread(uint32_t bits) {
    uint64_t word = bits;
    word = (word | word << 16) & 0x0000ffff0000ffffU;
    word = (word | word << 8) & 0x00ff00ff00ff00ffU;
    word = (word | word << 4) & 0x0f0f0f0f0f0f0f0fU;
    word = (word | word << 2) & 0x3333333333333333U;
    return (word | word << 1) & 0x5555555555555555U;
}

/* Gathers the bits from the even places. */
static uint32_t gather(uint64_t word) {
    word &= 0x5555555555555555U;
    word = (word | word >> 1) & 0x3333333333333333U;
    word = (word | word >> 2) & 0x0f0f0f0f0f0f0f0fU;
    word = (word | word >> 4) & 0x00ff00ff00ff00ffU;
    word = (word | word >> 8) & 0x0000ffff0000ffffU;
    return (uint32_t)(word | word >> 16);
}

static uint64_t mix(struct geo_cell cell) {
    return spread(cell.x) << 1 | spread(cell.y);
}

/* The number of the part that a value falls in, of 2^step equal parts from low
 * to high. The high end itself is the part after the last. */
static uint32_t part_of(double value, double low, double high, unsigned step) {
    return (uint32_t)((value - low) / (high - low) *
                      (double)(UINT64_C(1) << step));
}

static struct geo_cell cell_of(const struct geo_box *world,
                               struct geo_point point, unsigned step) {
    return (struct geo_cell){part_of(point.longitude, world->low.longitude,
                                     world->high.longitude, step),
                             part_of(point.latitude, world->low.latitude,
                                     world->high.latitude, step),
                             step};
}

struct geo_cell geo_cell_of(struct geo_point point, unsigned step) {
    return cell_of(&MAP, point, step);
}

uint64_t geohash_encode(struct geo_point point) {
    return mix(cell_of(&MAP, point, GEOHASH_STEPS));
}

/* The lower end of a part. */
static double start_of(uint32_t part, double low, double high, unsigned step) {
    return low + (double)part / (double)(UINT64_C(1) << step) * (high - low);
}

static struct geo_point corner(uint32_t x, uint32_t y, unsigned step) {
    return (struct geo_point){
        start_of(x, MAP.low.longitude, MAP.high.longitude, step),
        start_of(y, MAP.low.latitude, MAP.high.latitude, step)};
}

struct geo_box geo_cell_box(struct geo_cell cell) {
    return (struct geo_box){corner(cell.x, cell.y, cell.step),
                            corner(cell.x + 1, cell.y + 1, cell.step)};
}

static double between(double value, double low, double high) {
    if (value < low)
        return low;
    return value > high ? high : value;
}

/* The geohash in a score. A sorted set that holds no places may have any score;
 * one beyond 64 bits is converted as x86 does it. */
static uint64_t bits_of(double score) {
    /* A cast of what does not fit is undefined in C. */
    if (score >= 0)
        return score < 0x1p64 ? (uint64_t)score : 0;
    return score >= -0x1p63 ? (uint64_t)(int64_t)score : UINT64_C(1) << 63;
}

struct geo_point geohash_decode(double score) {
    uint64_t bits = bits_of(score);
    struct geo_box box = geo_cell_box(
        (struct geo_cell){gather(bits >> 1), gather(bits), GEOHASH_STEPS});
    return (struct geo_point){
        between((box.low.longitude + box.high.longitude) / 2, MAP.low.longitude,
                MAP.high.longitude),
        between((box.low.latitude + box.high.latitude) / 2, MAP.low.latitude,
                MAP.high.latitude)};
}

void geohash_text(char out[static GEOHASH_TEXT], struct geo_point point) {
    static const char letters[] = "0123456789bcdefghjkmnpqrstuvwxyz";
    /* The score has other bounds, so the place is encoded anew. */
    uint64_t bits = mix(cell_of(&GLOBE, point, GEOHASH_STEPS));
    /* Ten letters of 5 bits each; the last 2 bits are not shown. */
    for (unsigned i = 0; i < GEOHASH_TEXT - 1; i++)
        out[i] = letters[bits >> (2 * GEOHASH_STEPS - 5 * (i + 1)) & 0x1f];
    out[GEOHASH_TEXT - 1] = letters[0];
}

struct geo_cell geo_cell_beside(struct geo_cell cell, int east, int north) {
    /* The mask goes around the world, and, as in Redis, over the poles. */
    uint32_t mask = (UINT32_C(1) << cell.step) - 1;
    if (east != 0)
        cell.x = (cell.x + (uint32_t)east) & mask;
    if (north != 0)
        cell.y = (cell.y + (uint32_t)north) & mask;
    return cell;
}

void geo_cell_range(struct geo_cell cell, uint64_t *first, uint64_t *end) {
    unsigned shift = 2 * (GEOHASH_STEPS - cell.step);
    *first = mix(cell) << shift;
    *end = (mix(cell) + 1) << shift;
}
