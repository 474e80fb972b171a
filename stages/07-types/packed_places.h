/* The places of the elements of a listpack, for drawing many of them at random:
 * seeking each would walk over half of the others. */
#ifndef PACKED_PLACES_H
#define PACKED_PLACES_H

#include <stddef.h>

#include "listpack.h"
#include "xalloc.h"

/* Returns the places of the elements 0, step, 2 * step and so on, of which
 * there are count. Free it with free(). */
static inline uint8_t **packed_places(const uint8_t *lp, size_t step,
                                      size_t count) {
    uint8_t **places = xcalloc(count, sizeof *places);
    uint8_t *place = listpack_first(lp);
    for (size_t i = 0; i < count; i++) {
        places[i] = place;
        for (size_t j = 0; j < step; j++)
            place = listpack_next(place);
    }
    return places;
}

#endif
