/* Strings as rows of bits.
 *
 *     bytes    10000001 00000000 ...
 *     place    0      7 8
 *
 * The highest bit of the first byte has place 0. Ranges are from one place up
 * to, and without, another, and lie within the bytes. */
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

/* How many bits of a range are set. */
uint64_t bits_count(const char *bytes, uint64_t from, uint64_t end);

/* The first place of a range that has this bit; end if none has. */
uint64_t bits_find(const char *bytes, uint64_t from, uint64_t end, bool bit);

enum bits_operation { BITS_AND, BITS_OR, BITS_XOR, BITS_NOT };

/* Combines into the first len bytes of out those of a source; what a source
 * does not have counts as zeros. BITS_NOT forgets what out had. The source may
 * be out itself. */
void bits_combine(char *out, size_t len, enum bits_operation operation,
                  struct slice source);

#endif
