/* Strings as rows of bits.
 *
 *     bytes    10000001 00000000 ...
 *     place    0      7 8
 *
 * The highest bit of the first byte has place 0. A range goes from its first
 * place up to its end, which is not part of it, and lies within the bytes. */
#ifndef BITS_H
#define BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

static inline bool bits_get(const char *bytes, uint64_t place) {
    return (unsigned char)bytes[place / 8] >> (7 - place % 8) & 1;
}

static inline void bits_set(char *bytes, uint64_t place, bool bit) {
    unsigned char mask = (unsigned char)(1U << (7 - place % 8));
    unsigned char byte = (unsigned char)bytes[place / 8];
    bytes[place / 8] = (char)(bit ? byte | mask : byte & ~mask);
}

/* The number of bits in a range that are set. */
uint64_t bits_count(const char *bytes, uint64_t from, uint64_t end);

/* The first place of a range that has this bit; end if none has. */
uint64_t bits_find(const char *bytes, uint64_t from, uint64_t end, bool bit);

enum bits_operation { BITS_AND, BITS_OR, BITS_XOR, BITS_NOT };

/* Combines the first len bytes of out with those of a source; where the source
 * is shorter, its bytes count as zeros. BITS_NOT ignores what out held. The
 * source may be out itself. */
void bits_combine(char *out, size_t len, enum bits_operation operation,
                  struct slice source);

#endif
