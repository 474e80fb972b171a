/* Checks an intset that comes from outside. */
#ifndef INTSET_VALID_H
#define INTSET_VALID_H

#include "intset.h"

/* Returns true if these bytes are an intset that is not empty: its width,
 * length and order are right. O(n). */
bool intset_valid(const uint8_t *bytes, size_t len);

#endif
