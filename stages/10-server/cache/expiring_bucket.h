/* Finds keys with an expiry by the index of expiry (due.h), without looking at
 * the others. */
#ifndef EXPIRING_BUCKET_H
#define EXPIRING_BUCKET_H

#include "db.h"

/* Returns the next bucket at or after this one, wrapping around at the end, in
 * which the index has something that expires; this bucket if there is none. */
size_t expiring_bucket_from(const struct db *db, size_t bucket);

/* Returns the entry that expires first, or NULL if no key has an expiry. */
struct entry *expiring_first(struct db *db);

#endif
