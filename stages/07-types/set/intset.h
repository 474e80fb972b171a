/* Sets of integers as one run of bytes, in the layout that Redis has in memory
 * and in its RDB files.
 *
 *     width (4)  count (4)  integer integer ...
 *
 * The integers stand in order, each once, in 2, 4 or 8 bytes; all numbers are
 * little-endian. The width is that of the widest integer ever added. A search
 * is O(log n); adding or removing an integer moves those behind it.
 *
 * An intset belongs to the heap that it was made in. */
#ifndef INTSET_H
#define INTSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"

enum { INTSET_HEADER = 8 };

struct intset {
    uint8_t width[4];
    uint8_t count[4];
    uint8_t integers[];
};

struct intset *intset_new(struct heap *heap);
/* Makes one from these bytes, which must be valid. */
struct intset *intset_from(struct heap *heap, const uint8_t *bytes);
void intset_free(struct heap *heap, struct intset *set);

size_t intset_count(const struct intset *set);

/* The size of its layout with the header, and of the block that it lies in. */
size_t intset_bytes(const struct intset *set);
size_t intset_memory(const struct intset *set);

/* The integer at that index, in order, from 0. */
int64_t intset_at(const struct intset *set, size_t index);

bool intset_has(const struct intset *set, int64_t value);

/* Moves *index, which is at most the count, on to the first integer that is not
 * below the value, or to the end. Returns true if that is the value itself.
 * Seeking many values in order costs little: O(log d) for a distance of d. */
bool intset_seek(const struct intset *set, int64_t value, size_t *index);

/* Adds or removes a value. Returns false if that changes nothing. The intset
 * may move to another address. */
bool intset_add(struct heap *heap, struct intset **set, int64_t value);
bool intset_remove(struct heap *heap, struct intset **set, int64_t value);

#endif
