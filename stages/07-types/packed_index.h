/* A hash table over elements of a listpack, for those who look for many values
 * in one: each search from the beginning would walk over half of it.
 *
 * Making the table costs about as much as ten such searches. It does not own
 * the listpack, which must not change meanwhile. */
#ifndef PACKED_INDEX_H
#define PACKED_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* The places hold the offsets of elements; 0 is a free place. All zero is one
 * without a table. */
struct packed_index {
    const uint8_t *lp;
    uint32_t *offsets; /* NULL: there is no table */
    size_t mask;
    size_t searches; /* without a table */
};

/* Makes an empty table for so many elements of a listpack. */
void packed_index_init(struct packed_index *index, const uint8_t *lp,
                       size_t count);
void packed_index_free(struct packed_index *index);

/* Adds the element at a place. Returns false if an equal one is there. */
bool packed_index_add(struct packed_index *index, const uint8_t *place);

/* Returns true if the value is an element of the listpack, in which all are
 * spelled as we spell them. The table is made when searches become many. */
bool packed_index_search(struct packed_index *index, const uint8_t *lp,
                         struct slice value);

#endif
