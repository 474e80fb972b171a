/* Integers of any number of bits, anywhere in a string.
 *
 * A field of a signed type has 1 to 64 bits, one of an unsigned type 1 to 63,
 * so its values always fit int64_t. The highest bit comes first. */
#ifndef BITFIELD_H
#define BITFIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct bitfield_type {
    bool is_signed;
    unsigned bits;
};

/* How a result that does not fit is treated. */
enum bitfield_overflow { BITFIELD_WRAP, BITFIELD_SAT, BITFIELD_FAIL };

/* Reads "i16" or "u8". */
bool bitfield_parse_type(struct slice text, struct bitfield_type *out);

/* Reads the place of a field's first bit: "100", or "#3" for the place of the
 * fourth field if such fields lie side by side. Returns false if it is no place
 * below limit. */
bool bitfield_parse_place(struct slice text, struct bitfield_type type,
                          uint64_t limit, uint64_t *out);

/* Reading behind the end of the string gives zeros; a write must lie within it.
 * Only those bits of the value are written that fit the field. */
int64_t bitfield_get(struct slice bytes, uint64_t place,
                     struct bitfield_type type);
void bitfield_set(char *bytes, uint64_t place, struct bitfield_type type,
                  int64_t value);

/* Computes what a field holds after value + more is written into it. Returns
 * false if that does not fit and overflow is BITFIELD_FAIL. In an unsigned
 * field the bits of a negative value count as those of a large one. */
bool bitfield_add(struct bitfield_type type, enum bitfield_overflow overflow,
                  int64_t value, int64_t more, int64_t *out);

#endif
