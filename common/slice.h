/* Bytes that belong to somebody else: where they begin and how many there are.
 * They may be any bytes, NUL included, and no NUL ends them. */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    char *ptr; /* not NULL unless len is 0 */
    size_t len;
};

/* As much of a slice as an error reply shows of an argument: the two arguments
 * of printf's "%.*s". */
#define SLICE_SHOWN_MAX 128
#define SLICE_SHOWN(slice)                                                \
    (int)((slice).len < SLICE_SHOWN_MAX ? (slice).len : SLICE_SHOWN_MAX), \
        (slice).len > 0 ? (slice).ptr : ""

/* All of a slice, for "%.*s", which ends at a NUL byte before that. */
#define SLICE_WHOLE(slice) (int)(slice).len, (slice).len > 0 ? (slice).ptr : ""

static inline bool slice_equal(struct slice a, struct slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Whether the slice is this word, in capitals or not. The word is lower case
 * ASCII. */
static inline bool slice_is(struct slice slice, const char *word) {
    for (size_t i = 0; i < slice.len; i++) {
        char c = slice.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (c != word[i] || c == '\0')
            return false;
    }
    return word[slice.len] == '\0';
}

#endif
