/* Begins to bring what a group of requests will read into the cache, before
 * they run. */
#ifndef PREFETCH_H
#define PREFETCH_H

#include "keyspace.h"
#include "resp.h"

enum { PREFETCH_MOST = 32 }; /* requests of a group */

/* Puts the keys of the requests there, one for each that has an argument, in
 * order, and begins to bring what they name into the cache. Changes nothing
 * but what looking a key up changes. */
void prefetch_group(struct db *db, const struct request *group, size_t count,
                    struct key *keys);

/* Prefetches what looking up these keys will read. */
void prefetch_keys(const struct key *keys, size_t count);

#endif
