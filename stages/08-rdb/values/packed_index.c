#include "packed_index.h"

#include <stdlib.h>

#include "xalloc.h"

void packed_index_init(struct packed_index *index, const uint8_t *lp,
                       size_t count) {
    size_t places = 8;
    /* Half of the places are free; of a small table three quarters, which
     * spares comparisons. */
    while (places < 2 * count ||
           (places < 4 * count && places < PACKED_INDEX_QUICK))
        places *= 2;
    *index = (struct packed_index){.lp = lp,
                                   .offsets =
                                       xcalloc(places, sizeof *index->offsets),
                                   .mask = places - 1};
}

void packed_index_free(struct packed_index *index) {
    free(index->offsets);
}

bool packed_index_add(struct packed_index *index, const uint8_t *place) {
    uint32_t *at = packed_index_find(index, place, listpack_size(place));
    if (*at != 0)
        return false;
    *at = (uint32_t)(place - index->lp);
    return true;
}
