#include "random_bits.h"

#include "siphash.h"

/* SplitMix64 (Steele, Lea and Flood 2014), begun with the system's random
 * bytes. */
uint64_t random_bits(void) {
    static uint64_t state;
    if (state == 0)
        state = siphash_random_key().words[0];
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
