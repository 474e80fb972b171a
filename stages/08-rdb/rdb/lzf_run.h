/* The two kinds of runs that lzf_unpack() writes. left is the number of bytes
 * that are left of the input, and room that of the output. Where a run does not
 * fit into these, nothing is written, and the answer is false. */
#ifndef LZF_RUN_H
#define LZF_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Copies bytes of the input. */
static inline bool lzf_copy(uint8_t *to, size_t room, const uint8_t *from,
                            size_t left, size_t len) {
    if (len > left || len > room)
        return false;
    memcpy(to, from, len);
    return true;
}

/* Writes again what was written offset bytes ago. */
static inline bool lzf_repeat(uint8_t *to, size_t room, size_t offset,
                              size_t len) {
    if (len > room)
        return false;
    /* Byte by byte: if they overlap with the copy, they are repeated. */
    const uint8_t *from = to - offset;
    for (size_t i = 0; i < len; i++)
        to[i] = from[i];
    return true;
}

#endif
