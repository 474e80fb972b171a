/* MurmurHash64A by Austin Appleby: the hash by which the HyperLogLogs of all
 * servers place their elements. It has no key, so it must not be used for a
 * table that a stranger could fill. */
#ifndef MURMUR_H
#define MURMUR_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t murmur_hash(const char *bytes, size_t len,
                                   uint64_t seed) {
    const uint64_t factor = 0xc6a4a7935bd1e995U;
    uint64_t hash = seed ^ len * factor, word = 0;
    for (; len >= 8; bytes += 8, len -= 8) {
        memcpy(&word, bytes, 8);
        word = le64toh(word) * factor;
        hash = (hash ^ (word ^ word >> 47) * factor) * factor;
    }
    if (len > 0) {
        word = 0;
        memcpy(&word, bytes, len);
        hash = (hash ^ le64toh(word)) * factor;
    }
    hash = (hash ^ hash >> 47) * factor;
    return hash ^ hash >> 47;
}

#endif
