/* A fingerprint of data: equal for equal data, in whatever form and order it is
 * kept, on this server and on Redis (DEBUG DIGEST there).
 *
 *     mix(d, bytes)   d = SHA1(d xor SHA1(bytes))    order matters
 *     add(d, bytes)   d = d xor SHA1(bytes)          order does not matter
 *
 * A value begins with its type. Elements of lists and streams are mixed in;
 * members of sets, hashes and sorted sets are added, after their value or score
 * was mixed into each. The digests of all keys with their values are added up
 * to that of a data set. */
#ifndef DIGEST_H
#define DIGEST_H

#include "entry.h"
#include "sha1.h"

struct digest {
    uint8_t bytes[SHA1_SIZE];
};

struct digest digest_of_value(const struct entry *entry);

/* The digest of all databases. As in Redis, a key whose time has come counts as
 * long as it is there: so it counts on a replica, too, until the primary
 * deletes it. */
struct digest digest_of_data(void);

#endif
