/* Checks of a listpack that comes from outside. Beside being one
 * (listpack_valid()), it must pass one of these to become a small hash, set or
 * sorted set as it is. O(n), whatever is in it.
 *
 * Each returns NULL when all is well, else what is wrong. */
#ifndef PACKED_VALID_H
#define PACKED_VALID_H

#include <stdbool.h>
#include <stdint.h>

/* Fields with values, no field twice. */
const char *packed_valid_hash(const uint8_t *lp);
/* No member twice. */
const char *packed_valid_set(const uint8_t *lp);
/* Members with scores, which are numbers; in order; no member twice. 0 and -0
 * are the same score. */
const char *packed_valid_zset(const uint8_t *lp);

/* Returns true if each element is written in the one way in which it would be
 * written here, by which it can be found (packed_find.h). The checks above
 * assume that: other listpacks are not taken as they are. */
bool packed_valid_spelling(const uint8_t *lp);

#endif
