/* Zipmaps: what Redis kept small hashes in, up to version 2.4.
 *
 *     count (1)  field value field value ...  0xFF
 *
 *     field: length, bytes      value: length, free (1), bytes, unused bytes
 *     length   1 byte up to 253, or 254 and 4 bytes, little-endian
 *
 * free is the number of unused bytes behind the value; count is 254 when it is
 * not known. (Redis, zipmap.c) */
#ifndef ZIPMAP_H
#define ZIPMAP_H

#include "block_walk.h"

/* Begins a walk. Returns false when the end is wrong. */
bool zipmap_start(struct block_walk *walk, const uint8_t *bytes, size_t len);

/* The next element, a field or its value in turn. Returns false behind the last
 * one, and when something is wrong, which the walk then says. */
bool zipmap_next(struct block_walk *walk, struct listpack_element *element);

#endif
