/* Linear search in a listpack from its beginning, a byte of each element at a
 * glance. O(n). */
#ifndef PACKED_FIND_H
#define PACKED_FIND_H

#include <string.h>

#include "listpack.h"

enum {
    LISTPACK_INTEGER = 10,   /* bytes of the longest integer's element */
    LISTPACK_LONGER = 0xe0,  /* to LISTPACK_LONGEST: the first bytes of */
    LISTPACK_LONGEST = 0xf0, /* strings that are not short */
    LISTPACK_NONE = 0xfe     /* begins no element */
};

/* Searches every step-th place, from place on, for this value, and returns its
 * place or NULL: a step of 2 finds a field among fields and values. The number
 * of elements is a multiple of step. */
static inline uint8_t *packed_find(uint8_t *place, size_t step,
                                   const struct listpack_element *wanted) {
    /* Redis and we encode a value in one way only, so its first byte, its last
     * one and then all are compared, without unpacking anything. */
    uint8_t integer[LISTPACK_INTEGER];
    const uint8_t *bytes = (const uint8_t *)wanted->bytes.ptr;
    uint8_t head = (uint8_t)(0x80 | wanted->bytes.len);
    size_t size = wanted->size;
    if (wanted->is_integer) {
        listpack_write(integer, wanted);
        head = integer[0];
        bytes = integer + 1;
    } else if (size > LISTPACK_SHORT + 2) {
        while (!listpack_at_end(place) && !listpack_equal(place, wanted))
            for (size_t i = 0; i < step; i++)
                place = listpack_next(place);
        return listpack_at_end(place) ? NULL : place;
    }
    uint8_t last = size > 2 ? bytes[size - 3] : head;
    while (!listpack_at_end(place)) {
        uint8_t kind = *place;
        size_t step_size = kind == head ? size : listpack_size(place);
        /* Many members of a set are equally long. The processor guesses that
         * the next one is, too, and goes on before it has read its length. But
         * the first byte of a longer string does not tell its length. */
        bool tells = kind < LISTPACK_LONGER || kind > LISTPACK_LONGEST;
        uint8_t again = tells ? kind : LISTPACK_NONE;
        do {
            if (kind == head && place[size - 2] == last &&
                (size == 2 || memcmp(place + 1, bytes, size - 2) == 0))
                return place;
            place += step_size;
        } while (step == 1 && *place == again);
        for (size_t i = 1; i < step; i++)
            place = listpack_next(place);
    }
    return NULL;
}

#endif
