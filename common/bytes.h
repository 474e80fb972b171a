/* Short runs of bytes, loaded as numbers, compared and copied. Overlapping
 * loads and stores of a fixed size replace loops and calls. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Return eight, or four, bytes as a number, the least significant first. */
static inline uint64_t bytes_load_eight(const unsigned char *from) {
    uint64_t word;
    memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t bytes_load_four(const unsigned char *from) {
    uint32_t half;
    memcpy(&half, from, sizeof half);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    half = __builtin_bswap32(half);
#endif
    return half;
}

/* Returns up to eight bytes as a number, as if zeros followed them; reads no
 * byte beyond them. */
static inline uint64_t bytes_load(const unsigned char *from, size_t len) {
    if (len >= 4) /* both loads may hold the bytes in the middle */
        return bytes_load_four(from) | bytes_load_four(from + len - 4)
                                           << (8 * (len - 4));
    if (len == 0)
        return 0;
    /* One to three bytes: the first, the middle and the last, some of which may
     * be the same. */
    size_t middle = len / 2, last = len - 1;
    return from[0] | (uint64_t)from[middle] << (8 * middle) |
           (uint64_t)from[last] << (8 * last);
}

/* Like memcmp() == 0, for bytes that are usually few: at most 16 are compared
 * without a call. */
static inline bool bytes_equal(const char *a, const char *b, size_t len) {
    const unsigned char *one = (const unsigned char *)a;
    const unsigned char *other = (const unsigned char *)b;
    if (len > 16)
        return memcmp(a, b, len) == 0;
    if (len >= 8)
        return bytes_load_eight(one) == bytes_load_eight(other) &&
               bytes_load_eight(one + len - 8) ==
                   bytes_load_eight(other + len - 8);
    if (len >= 4)
        return bytes_load_four(one) == bytes_load_four(other) &&
               bytes_load_four(one + len - 4) ==
                   bytes_load_four(other + len - 4);
    return bytes_load(one, len) == bytes_load(other, len);
}

/* Like memcpy(), for bytes that are usually few: at most 32 are copied without
 * a call. */
static inline void bytes_copy(char *to, const char *from, size_t len) {
    if (len > 32) {
        memcpy(to, from, len);
    } else if (len >= 16) {
        memcpy(to, from, 16);
        memcpy(to + len - 16, from + len - 16, 16);
    } else if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        memcpy(to, from, 4);
        memcpy(to + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

#endif
