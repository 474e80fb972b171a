#include "sha1.h"

#include <string.h>

enum { BLOCK = 64, LENGTH = 8 };

static uint32_t rotate(uint32_t x, unsigned n) {
    return x << n | x >> (32 - n);
}

static uint32_t load(const uint8_t *from) {
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 |
           (uint32_t)from[2] << 8 | from[3];
}

/* The function and the constant of a round (sections 4.1.1 and 4.2.1). */
static uint32_t mix(unsigned round, const uint32_t v[static 5]) {
    uint32_t b = v[1], c = v[2], d = v[3];
    switch (round / 20) {
    case 0: return ((b & c) | (~b & d)) + 0x5a827999;
    case 1: return (b ^ c ^ d) + 0x6ed9eba1;
    case 2: return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    default: return (b ^ c ^ d) + 0xca62c1d6;
    }
}

static void add_block(uint32_t state[static 5], const uint8_t *block) {
    uint32_t w[80], v[5];
    for (unsigned i = 0; i < 16; i++)
        w[i] = load(block + 4 * i);
    for (unsigned i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, state, sizeof v);
    for (unsigned i = 0; i < 80; i++) {
        uint32_t next = rotate(v[0], 5) + mix(i, v) + v[4] + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotate(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (unsigned i = 0; i < 5; i++)
        state[i] += v[i];
}

static void store(uint8_t *to, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

void sha1(const void *bytes, size_t len, uint8_t out[static SHA1_SIZE]) {
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                         0xc3d2e1f0};
    const uint8_t *at = bytes;
    size_t left = len;
    for (; left >= BLOCK; left -= BLOCK, at += BLOCK)
        add_block(state, at);
    /* The rest of the bytes, a bit that is set, zeros, and the length in bits.
     */
    uint8_t last[2 * BLOCK] = {0};
    if (left > 0)
        memcpy(last, at, left);
    last[left] = 0x80;
    /* A block more if the bit and the length do not fit behind the rest. */
    size_t size = left < BLOCK - LENGTH ? BLOCK : 2 * BLOCK;
    store(last + size - LENGTH, (uint64_t)len * 8, LENGTH);
    for (size_t i = 0; i < size; i += BLOCK)
        add_block(state, last + i);
    for (unsigned i = 0; i < 5; i++)
        store(out + 4 * i, state[i], 4);
}
