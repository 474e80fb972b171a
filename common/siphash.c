#include "siphash.h"

#include "bytes.h"

static inline uint64_t rotate(uint64_t x, int bits) {
    return x << bits | x >> (64 - bits);
}

struct state {
    uint64_t v0, v1, v2, v3;
};

static inline void sip_round(struct state *s) {
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 = rotate(s->v2, 32);
}

/* Loads the len bytes (0 to 7) that are left of an input of all bytes. If
 * others precede them, one load takes eight bytes and shifts the others out. */
static inline uint64_t load_tail(const unsigned char *from, size_t len,
                                 size_t all) {
    if (len > 0 && all >= 8)
        return bytes_load_eight(from + len - 8) >> (64 - 8 * len);
    return bytes_load(from, len);
}

uint64_t siphash13(const struct siphash_key *key, const void *bytes,
                   size_t len) {
    /* In ASCII: "somepseudorandomlygeneratedbytes". */
    struct state s = {
        key->words[0] ^ 0x736f6d6570736575u,
        key->words[1] ^ 0x646f72616e646f6du,
        key->words[0] ^ 0x6c7967656e657261u,
        key->words[1] ^ 0x7465646279746573u,
    };
    const unsigned char *at = bytes;
    size_t left = len;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = bytes_load_eight(at);
        s.v3 ^= word;
        sip_round(&s);
        s.v0 ^= word;
    }
    /* The length is hashed too, so that zeros at the end make a difference. */
    uint64_t last = (uint64_t)len << 56 | load_tail(at, left, len);
    s.v3 ^= last;
    sip_round(&s);
    s.v0 ^= last;
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
