/* Keys that expire, found by the index of expiry (due.h) without a look at the
 * others. */
#ifndef EXPIRING_BUCKET_H
#define EXPIRING_BUCKET_H

#include "db.h"

/* The next bucket, from this one on and round the end, of which the index says
 * that something in it expires; this one if there is none. */
size_t expiring_bucket_from(const struct db *db, size_t bucket);

/* The entry that expires first; NULL if none does. */
struct entry *expiring_first(struct db *db);

#endif
