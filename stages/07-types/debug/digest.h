/* A number that stands for data: equal for equal data, in whatever form and
 * order it is kept, on this server and on Redis (DEBUG DIGEST there).
 *
 *     mix(d, bytes)   d = SHA1(d xor SHA1(bytes))    the order matters
 *     add(d, bytes)   d = d xor SHA1(bytes)          it does not
 *
 * A value begins with its type; elements of lists and streams are mixed in,
 * members of sets, hashes and sorted sets are added, each with what belongs to
 * it mixed before. A key with its value is one of those that are added up to a
 * data set. */
#ifndef DIGEST_H
#define DIGEST_H

#include "entry.h"
#include "sha1.h"

struct digest {
    uint8_t bytes[SHA1_SIZE];
};

struct digest digest_of_value(const struct entry *entry);

/* Of all databases. */
struct digest digest_of_data(void);

void digest_mix(struct digest *digest, const void *bytes, size_t len);
void digest_add(struct digest *digest, const void *bytes, size_t len);

#endif
