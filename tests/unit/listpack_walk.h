/* A walk over all of a listpack, both ways. Under AddressSanitizer a step
 * outside of it ends the test. */
#ifndef LISTPACK_WALK_H
#define LISTPACK_WALK_H

#include "listpack.h"
#include "unit.h"

/* Returns true if both ways meet as many elements as the header tells. */
static inline bool listpack_walks(const uint8_t *lp) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t count = 0, back = 0, sum = 0, told = listpack_header_count(lp);
    uint8_t *at = listpack_first(lp);
    for (; !listpack_at_end(at); at = listpack_next(at), count++) {
        struct slice value = listpack_text(at, scratch);
        for (size_t i = 0; i < value.len; i++)
            sum += (unsigned char)value.ptr[i];
    }
    bool ends = at == listpack_end(lp);
    while ((at = listpack_previous(lp, at)) != NULL)
        back++;
    return CHECK(sum < SIZE_MAX) && ends && back == count &&
           (told == count || told == LISTPACK_UNCOUNTED) &&
           listpack_count(lp) == count;
}

#endif
