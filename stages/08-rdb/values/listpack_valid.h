/* Checks a listpack that comes from outside. */
#ifndef LISTPACK_VALID_H
#define LISTPACK_VALID_H

#include "listpack.h"

/* Returns true if these bytes are a listpack that can be walked without leaving
 * them: its lengths, end and count agree. */
bool listpack_valid(const uint8_t *bytes, size_t len);

/* The parts of that check, for who walks along such bytes anyway: first the
 * length and the end, then each element, then their count. The size is 0 if the
 * element is not valid, or does not end within left bytes; the end is no
 * element. */
bool listpack_valid_frame(const uint8_t *bytes, size_t len);
static inline size_t listpack_valid_size(const uint8_t *place, size_t left);
bool listpack_valid_count(const uint8_t *lp, size_t count);

size_t listpack_valid_size_long(const uint8_t *place, size_t left);

/* What most elements are: one byte tells the length, and one repeats it. */
static inline size_t listpack_valid_size(const uint8_t *place, size_t left) {
    if (*place >= 0xc0)
        return listpack_valid_size_long(place, left);
    size_t len = listpack_size(place) - 1;
    return len < left && place[len] == len ? len + 1 : 0;
}

#endif
