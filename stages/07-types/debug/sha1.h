/* SHA-1 (FIPS 180-4): a 160-bit fingerprint of some bytes. It no longer
 * protects against people who look for collisions; here it compares data sets,
 * as Redis's DEBUG DIGEST does. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_SIZE = 20 };

void sha1(const void *bytes, size_t len, uint8_t out[static SHA1_SIZE]);

#endif
