/* Bytes that somebody else owns: where they begin and how many there are. They
 * may be any bytes, NUL included, and no NUL ends them. */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    char *ptr; /* not NULL unless len is 0 */
    size_t len;
};

/* The part of an argument that an error reply shows, as the two arguments of
 * printf's "%.*s". */
#define SLICE_SHOWN_MAX 128
#define SLICE_SHOWN(slice)                                                \
    (int)((slice).len < SLICE_SHOWN_MAX ? (slice).len : SLICE_SHOWN_MAX), \
        (slice).len > 0 ? (slice).ptr : ""

/* The whole slice, for "%.*s", which stops at a NUL byte all the same. */
#define SLICE_WHOLE(slice) (int)(slice).len, (slice).len > 0 ? (slice).ptr : ""

static inline bool slice_equal(struct slice a, struct slice b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Returns less than 0, 0 or more than 0, by the bytes as unsigned numbers. If
 * one is the beginning of the other, the shorter comes first. */
static inline int slice_compare(struct slice a, struct slice b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* The bytes of a text, which are not to be written to: the cast drops a
 * const. */
static inline struct slice slice_of(const char *text) {
    return (struct slice){(char *)text, strlen(text)};
}

/* Returns true if the slice is this word, in upper or lower case. The word
 * itself is lower case ASCII. */
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
