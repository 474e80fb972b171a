/* Lengths in as few bytes as they need, for items that hold bytes:
 *
 *     0xxxxxxx                     up to 127
 *     10xxxxxx xxxxxxxx            up to 16383
 *     11000000 and 8 bytes         longer
 */
#ifndef SHORT_LENGTH_H
#define SHORT_LENGTH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    SHORT_LENGTH_1 = 1 << 7, /* the first length that takes two bytes */
    SHORT_LENGTH_2 = 1 << 14 /* and the first that takes nine */
};

static inline size_t short_length_size(size_t len) {
    if (len < SHORT_LENGTH_1)
        return 1;
    return len < SHORT_LENGTH_2 ? 2 : 1 + sizeof len;
}

/* Returns the address behind it. */
static inline uint8_t *short_length_write(uint8_t *at, size_t len) {
    if (len < SHORT_LENGTH_1) {
        *at = (uint8_t)len;
        return at + 1;
    }
    if (len < SHORT_LENGTH_2) {
        at[0] = (uint8_t)(0x80 | len >> 8);
        at[1] = (uint8_t)len;
        return at + 2;
    }
    at[0] = 0xc0;
    memcpy(at + 1, &len, sizeof len);
    return at + 1 + sizeof len;
}

static inline const uint8_t *short_length_read(const uint8_t *at, size_t *len) {
    if (at[0] < 0x80) {
        *len = at[0];
        return at + 1;
    }
    if (at[0] < 0xc0) {
        *len = (size_t)(at[0] & 0x3f) << 8 | at[1];
        return at + 2;
    }
    memcpy(len, at + 1, sizeof *len);
    return at + 1 + sizeof *len;
}

#endif
