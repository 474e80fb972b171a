/* Checks a listpack that comes from outside. Besides being valid
 * (listpack_valid()), it must pass one of these checks to become a small hash,
 * set or sorted set as it is. O(n), whatever it contains.
 *
 * Each returns NULL if all is well, else what is wrong. */
#ifndef PACKED_VALID_H
#define PACKED_VALID_H

#include <stdbool.h>
#include <stdint.h>

/* Fields with values, all in pairs, no field twice. */
const char *packed_valid_hash(const uint8_t *lp);
/* No member twice. */
const char *packed_valid_set(const uint8_t *lp);
/* Members with scores, all in pairs, and the scores are numbers; in order; no
 * member twice. 0 and -0 are the same score. */
const char *packed_valid_zset(const uint8_t *lp);

/* Returns true if each element has the encoding that it would get here, by
 * which it can be found (packed_find.h). The checks above assume that. Other
 * listpacks are copied element by element. */
bool packed_valid_spelling(const uint8_t *lp);

#endif
