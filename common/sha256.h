/* SHA-256: a fingerprint of 32 bytes from which nobody can work back to what it
 * was made of (FIPS 180-4). */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 2 * SHA256_BYTES };

void sha256(uint8_t out[static SHA256_BYTES], const void *bytes, size_t len);

#endif
