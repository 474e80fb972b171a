#include "geo_search.h"

#include <stdlib.h>

#include "xalloc.h"

static void keep(struct geo_finds *finds, const struct geo_found *found) {
    if (finds->count == finds->room) {
        finds->room = finds->room > 0 ? finds->room * 2 : 16;
        finds->rows = xrealloc(finds->rows, finds->room * sizeof *finds->rows);
    }
    finds->rows[finds->count++] = *found;
}

/* The rank of the first member with that geohash or a higher one. */
static size_t rank_of(const struct zset *zset, uint64_t geohash) {
    struct zset_cut cut = {.by_score = true, .score = (double)geohash};
    return zset_rank_of_cut(zset, &cut);
}

static void search_cell(const struct zset *zset, struct geo_cell cell,
                        const struct geo_shape *shape, uint64_t enough,
                        struct geo_finds *finds) {
    uint64_t first, behind;
    geo_cell_range(cell, &first, &behind);
    size_t rank = rank_of(zset, first), end = rank_of(zset, behind);
    if (rank >= end)
        return;
    struct geo_found found = {.at = zset_seek(zset, rank)};
    for (;;) {
        found.score = zset_score_at(&found.at);
        found.point = geohash_decode(found.score);
        if (geo_shape_has(shape, found.point, &found.distance))
            keep(finds, &found);
        if (++rank == end || (enough > 0 && finds->count >= enough))
            return;
        zset_next(&found.at, false);
    }
}

void geo_search(const struct zset *zset, const struct geo_shape *shape,
                uint64_t enough, struct geo_finds *finds) {
    struct geo_cell cells[GEO_CELLS_MAX];
    size_t count = geo_shape_cells(shape, cells);
    *finds = (struct geo_finds){0};
    for (size_t i = 0; i < count; i++) {
        if (enough > 0 && finds->count >= enough)
            return;
        search_cell(zset, cells[i], shape, enough, finds);
    }
}

static int nearest(const void *one, const void *other) {
    const struct geo_found *a = one, *b = other;
    return (a->distance > b->distance) - (a->distance < b->distance);
}

static int farthest(const void *one, const void *other) {
    return nearest(other, one);
}

/* Brings the nearest count rows to the front (quickselect): splits the rows
 * around the one in the middle, and goes on in the part that the border falls
 * in. O(n) on average; the rows come in the order of their geohashes, for which
 * the middle is no bad choice. */
static void select_first(struct geo_found *rows, size_t count, size_t first,
                         int (*compare)(const void *, const void *)) {
    while (count > 1 && first > 0 && first < count) {
        struct geo_found pivot = rows[(count - 1) / 2], row;
        size_t low = 0, high = count - 1;
        for (;;) {
            while (compare(&rows[low], &pivot) < 0)
                low++;
            while (compare(&rows[high], &pivot) > 0)
                high--;
            if (low >= high)
                break;
            row = rows[low];
            rows[low++] = rows[high];
            rows[high--] = row;
        }
        size_t left = high + 1;
        if (first < left) {
            count = left;
        } else {
            rows += left;
            count -= left;
            first -= left;
        }
    }
}

void geo_sort(struct geo_finds *finds, enum geo_order order, uint64_t first) {
    int (*compare)(const void *, const void *) =
        order == GEO_FARTHEST ? farthest : nearest;
    size_t count = finds->count;
    if (order == GEO_NO_ORDER || count < 2)
        return;
    if (first > 0 && first < count) {
        select_first(finds->rows, count, (size_t)first, compare);
        count = (size_t)first;
    }
    qsort(finds->rows, count, sizeof *finds->rows, compare);
}
