/* The hash of bytes that a client chose: SipHash with a secret of this process,
 * so that nobody outside can find keys that collide. */
#ifndef STRING_HASH_H
#define STRING_HASH_H

#include <stdint.h>

#include "slice.h"

/* Draws the secret. Call it before the first hash. */
void string_hash_start(void);

uint64_t string_hash(struct slice text);

#endif
