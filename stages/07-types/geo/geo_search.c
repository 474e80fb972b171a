#include "geo_search.h"

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
    /* A cell is one range of scores, so of ranks. */
    size_t rank = rank_of(zset, first), end = rank_of(zset, behind);
    if (rank >= end)
        return;
    struct geo_found found = {.at = zset_seek(zset, rank)};
    for (;;) {
        found.score = zset_score_at(&found.at);
        found.point = geohash_decode(found.score);
        /* The place is the middle of the smallest cell, not what GEOADD was
         * given. */
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
