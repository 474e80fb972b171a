/* Victims: choosing the key that a full cache evicts next.
 *
 * To find the key that has not been used for longest, all keys would have to be
 * kept in that order. Instead, the keys of a few buckets that are drawn at
 * random are looked at, and the best of those seen so far are kept in a pool.
 * The best one of the pool is evicted. The pool survives from call to call, so
 * a good candidate that was not needed this time is not lost. (S. Sanfilippo,
 * "Random notes on improving the Redis LRU algorithm", antirez.com, 2016) */
#ifndef VICTIMS_H
#define VICTIMS_H

#include "keyspace.h"

enum victim_rule {
    VICTIM_BY_USE, /* use_age() says */
    VICTIM_BY_TTL, /* which expires next */
    VICTIM_DRAWN   /* any */
};

/* Finds the next key to evict, among those with an expiry if volatile_only.
 * Looks at about "samples" keys. Returns false if there is none. The key's text
 * is good until the next call. */
bool victim_find(enum victim_rule rule, bool volatile_only, size_t samples,
                 struct key *key);

/* Empties the pool, because another rule holds from now on. */
void victims_forget(void);

#endif
