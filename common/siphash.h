/* SipHash-1-3: a keyed hash, fast for short input. Without its key nobody can
 * choose inputs that collide (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", INDOCRYPT 2012; with one round for each word and three at
 * the end, as in Rust, Ruby and Linux). */
#ifndef SIPHASH_H
#define SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t words[2];
};

uint64_t siphash13(const struct siphash_key *key, const void *bytes,
                   size_t len);

#endif
