/* Linear hashing: how a hash table grows and shrinks by one bucket at a time
 * (Litwin, "Linear hashing: a new tool for file and table addressing", VLDB
 * 1980).
 *
 * Buckets are numbered from 0. The number of a hash's bucket is given by its
 * low bits, as many as the number of the last bucket has. If there is no such
 * bucket yet, the highest of these bits is left out. So a table of five has
 *
 *     ..000   ...01   ...10   ...11   ..100
 *
 * and bucket 5, which comes next, takes the hashes that end in 101 out of
 * bucket 1. Each new bucket splits the one whose number is its own without the
 * highest bit. When the table shrinks, the last bucket's items go back there.
 *
 * All of it follows from the number of buckets, which must not be 0. */
#ifndef LINEAR_HASH_H
#define LINEAR_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the highest bit of a number, which must not be 0. */
static inline uint64_t linear_highest_bit(uint64_t number) {
    return UINT64_C(1) << (63 - __builtin_clzll(number));
}

/* Returns the bucket of a hash. */
static inline size_t linear_bucket(size_t buckets, uint64_t hash) {
    uint64_t high = linear_highest_bit(buckets);
    size_t bucket = hash & (2 * high - 1);
    return bucket < buckets ? bucket : bucket & (high - 1);
}

/* Returns the bucket that this one, which is not 0, was split from, and with
 * which it is joined when it goes. */
static inline size_t linear_origin(size_t bucket) {
    return bucket & ~linear_highest_bit(bucket);
}

/* Returns true if an item of the origin moves to this bucket when it is
 * added. */
static inline bool linear_moves(size_t bucket, uint64_t hash) {
    return hash & linear_highest_bit(bucket);
}

static inline uint64_t linear_reverse(uint64_t x) {
    x = (x >> 1 & 0x5555555555555555u) | (x & 0x5555555555555555u) << 1;
    x = (x >> 2 & 0x3333333333333333u) | (x & 0x3333333333333333u) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0fu) | (x & 0x0f0f0f0f0f0f0f0fu) << 4;
    return __builtin_bswap64(x);
}

/* Returns the cursor after this one, in a walk over all buckets that survives
 * growing and shrinking. The cursor begins at 0, stands for the bucket of a
 * hash of that value, and is 0 again at the end.
 *
 * It counts through the hashes in the order of their reversed bits: first those
 * that end in ...000, then ...100, ...010 and so on. In that order the hashes
 * of one bucket are adjacent, and splitting it, or joining it with its origin,
 * does not reorder them. So "all hashes before the cursor were visited" stays
 * true whatever the table does. */
static inline uint64_t linear_next_cursor(size_t buckets, uint64_t cursor) {
    uint64_t high = linear_highest_bit(buckets);
    bool is_split = (cursor & (high - 1)) < buckets - high;
    uint64_t mask = (is_split ? 2 * high : high) - 1;
    return linear_reverse(linear_reverse(cursor | ~mask) + 1);
}

#endif
