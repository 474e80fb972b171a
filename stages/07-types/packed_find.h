/* Linear search in a listpack from its beginning. O(n). */
#ifndef PACKED_FIND_H
#define PACKED_FIND_H

#include "listpack.h"

/* Searches every step-th place, from place on, for this value, and returns its
 * place or NULL: a step of 2 finds a field among fields and values. The number
 * of elements is a multiple of step. */
static inline uint8_t *packed_find(uint8_t *place, size_t step,
                                   const struct listpack_element *wanted) {
    while (!listpack_at_end(place) && !listpack_equal(place, wanted))
        for (size_t i = 0; i < step; i++)
            place = listpack_next(place);
    return listpack_at_end(place) ? NULL : place;
}

#endif
