/* Prefetches what a group of requests will read, before they run. */
#ifndef PREFETCH_H
#define PREFETCH_H

#include "keyspace.h"
#include "resp.h"

enum { PREFETCH_MOST = 32 }; /* requests of a group */

/* Stores the keys of the requests, one for each that has an argument, in order,
 * and prefetches what they name. Changes nothing but what looking up a key
 * changes. */
void prefetch_group(struct db *db, const struct request *group, size_t count,
                    struct key *keys);

/* Prefetches what looking up these keys will read. */
void prefetch_keys(const struct key *keys, size_t count);

#endif
