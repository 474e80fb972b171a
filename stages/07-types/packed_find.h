/* Linear search in a listpack from its beginning. O(n). */
#ifndef PACKED_FIND_H
#define PACKED_FIND_H

#include <string.h>

#include "listpack.h"

/* Searches every step-th place, from place on, for this value, and returns its
 * place or NULL: a step of 2 finds a field among fields and values. The number
 * of elements is a multiple of step. */
static inline uint8_t *packed_find(uint8_t *place, size_t step,
                                   const struct listpack_element *wanted) {
    size_t len = wanted->bytes.len;
    if (wanted->is_integer || len > LISTPACK_SHORT) {
        while (!listpack_at_end(place) && !listpack_equal(place, wanted))
            for (size_t i = 0; i < step; i++)
                place = listpack_next(place);
        return listpack_at_end(place) ? NULL : place;
    }
    /* Redis and we encode a short string in one way only, so its first byte
     * and its bytes are compared, without unpacking anything. */
    uint8_t head = (uint8_t)(0x80 | len);
    while (!listpack_at_end(place)) {
        if (*place == head &&
            (len == 0 || memcmp(place + 1, wanted->bytes.ptr, len) == 0))
            return place;
        for (size_t i = 0; i < step; i++)
            place = listpack_next(place);
    }
    return NULL;
}

#endif
