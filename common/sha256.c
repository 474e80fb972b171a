#include "sha256.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 64 };

/* The first 32 bits of the fractional parts of the cube roots of the first 64
 * primes, and of the square roots of the first 8. */
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t first_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                        0xa54ff53a, 0x510e527f, 0x9b05688c,
                                        0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate(uint32_t word, int by) {
    return word >> by | word << (32 - by);
}

static uint32_t load(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static void store(uint8_t *at, uint32_t word) {
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* The 16 words of a block, and 48 more that are mixed from them. */
static void schedule(uint32_t words[static ROUNDS], const uint8_t *block) {
    for (int i = 0; i < 16; i++)
        words[i] = load(block + (size_t)4 * (size_t)i);
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] +
                   (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void add_block(uint32_t state[static 8], const uint8_t *block) {
    uint32_t words[ROUNDS], s[8];
    schedule(words, block);
    memcpy(s, state, sizeof s);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t a = s[0], e = s[4];
        uint32_t one = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                       ((e & s[5]) ^ (~e & s[6])) + constants[i] + words[i];
        uint32_t two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                       ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        /* Each word moves on by one place, and two of them are new. */
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

/* The message is followed by a set bit, zeros and its length in bits. With the
 * bytes that are left over from whole blocks these fill one or two more. */
void sha256(uint8_t out[static SHA256_BYTES], const void *bytes, size_t len) {
    const uint8_t *at = bytes;
    uint32_t state[8];
    uint8_t end[2 * BLOCK] = {0};
    size_t left = len % BLOCK;
    size_t end_len = left + 1 + 8 <= BLOCK ? BLOCK : 2 * BLOCK;
    memcpy(state, first_state, sizeof state);
    for (size_t i = 0; i < len / BLOCK; i++)
        add_block(state, at + i * BLOCK);
    if (left > 0)
        memcpy(end, at + (len - left), left);
    end[left] = 0x80;
    /* The length in bits, which is that in bytes times 8, in two halves. */
    store(end + end_len - 8, (uint32_t)((uint64_t)len >> 29));
    store(end + end_len - 4, (uint32_t)((uint64_t)len << 3));
    for (size_t i = 0; i < end_len; i += BLOCK)
        add_block(state, end + i);
    for (size_t i = 0; i < 8; i++)
        store(out + 4 * i, state[i]);
}
