/* Ziplists: what Redis kept small lists, hashes and sorted sets in, up to
 * version 6, and wrote into its files.
 *
 *     bytes (4)  tail (4)  count (2)  entry entry ...  0xFF
 *
 *     entry: how long the one before it was, encoding, bytes of the value
 *     length before   1 byte, or 0xFE and 4 bytes
 *     00xxxxxx bytes                 a string of up to 63 bytes
 *     01xxxxxx xxxxxxxx bytes        a string of up to 16383 bytes
 *     10?????? x 4 bytes, bytes      a longer string
 *     0xC0, 0xD0, 0xE0               integers of 2, 4 and 8 bytes
 *     0xF0, 0xFE                     integers of 3 bytes and of 1
 *     0xF1 to 0xFD                   the integers 0 to 12
 *
 * bytes is the size of all, tail the offset of the last entry, or of the end
 * when there is none, count 65535 when it is not known. Integers and lengths
 * are little-endian, but for the lengths of strings. (Redis 6, ziplist.c) */
#ifndef ZIPLIST_H
#define ZIPLIST_H

#include "block_walk.h"

/* Begins a walk. Returns false when the head or the end are wrong. */
bool ziplist_start(struct block_walk *walk, const uint8_t *bytes, size_t len);

/* The next element. Returns false behind the last one, and when something is
 * wrong, which the walk then says. */
bool ziplist_next(struct block_walk *walk, struct listpack_element *element);

#endif
