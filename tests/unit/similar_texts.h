/* Texts that are hard to tell apart. */
#ifndef SIMILAR_TEXTS_H
#define SIMILAR_TEXTS_H

#include <stdio.h>

#include "slice.h"

enum { SIMILAR_TEXT = 100 }; /* bytes of the longest one, at most */

/* The text of a number: short and long ones, integers, and long ones that
 * differ only in the middle. */
static inline struct slice similar_text(size_t number,
                                        char text[SIMILAR_TEXT]) {
    size_t most = SIMILAR_TEXT;
    int len;
    switch (number % 4) {
    case 0: len = snprintf(text, most, "%zu", number * number); break;
    case 1: len = snprintf(text, most, "m%zu", number); break;
    case 2: len = snprintf(text, most, "prefix--%06zu--suffix", number); break;
    default: len = snprintf(text, most, "%070zu long", number); break;
    }
    return (struct slice){text, (size_t)len};
}

#endif
