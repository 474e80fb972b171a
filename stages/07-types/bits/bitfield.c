#include "bitfield.h"

#include "bits.h"
#include "number.h"

bool bitfield_parse_type(struct slice text, struct bitfield_type *out) {
    int64_t bits;
    if (text.len < 2 || (text.ptr[0] != 'i' && text.ptr[0] != 'u') ||
        !parse_i64(text.ptr + 1, text.len - 1, &bits))
        return false;
    out->is_signed = text.ptr[0] == 'i';
    if (bits < 1 || bits > (out->is_signed ? 64 : 63))
        return false;
    out->bits = (unsigned)bits;
    return true;
}

bool bitfield_parse_place(struct slice text, struct bitfield_type type,
                          uint64_t limit, uint64_t *out) {
    bool is_number = text.len > 0 && text.ptr[0] == '#';
    int64_t place;
    if (!parse_i64(text.ptr + is_number, text.len - is_number, &place) ||
        (is_number && __builtin_mul_overflow(place, type.bits, &place)) ||
        place < 0 || (uint64_t)place >= limit)
        return false;
    *out = (uint64_t)place;
    return true;
}

/* The value that the low bits of a word stand for. Shifting them up and down
 * again clears the others, or extends the sign. */
static int64_t low_bits(uint64_t word, struct bitfield_type type) {
    unsigned unused = 64 - type.bits;
    word <<= unused;
    return type.is_signed ? (int64_t)word >> unused : (int64_t)(word >> unused);
}

int64_t bitfield_get(struct slice bytes, uint64_t place,
                     struct bitfield_type type) {
    uint64_t end = (uint64_t)bytes.len * 8, word = 0;
    for (unsigned i = 0; i < type.bits; i++, place++)
        word = word << 1 | (place < end && bits_get(bytes.ptr, place));
    return low_bits(word, type);
}

void bitfield_set(char *bytes, uint64_t place, struct bitfield_type type,
                  int64_t value) {
    for (unsigned i = type.bits; i-- > 0; place++)
        bits_set(bytes, place, (uint64_t)value >> i & 1);
}

/* All ones, as many as the type has besides its sign. */
static int64_t largest(struct bitfield_type type) {
    return INT64_MAX >> (64 - type.bits - !type.is_signed);
}

static int64_t smallest(struct bitfield_type type) {
    return type.is_signed ? -largest(type) - 1 : 0;
}

/* Returns 1 if value + more is too large for the type, -1 if it is too small,
 * and 0 if it fits. */
static int misfit(struct bitfield_type type, int64_t value, int64_t more) {
    int64_t sum;
    /* An unsigned field never holds this; SET may name it, and then it counts
     * as 2^63 or more. */
    if (!type.is_signed && value < 0)
        return 1;
    /* What SET gives to a signed field is too large even if it is so small that
     * its distance to the largest value overflows: so Redis has it. */
    if (type.bits < 64 && value < largest(type) - INT64_MAX)
        return 1;
    if (__builtin_add_overflow(value, more, &sum))
        return more > 0 ? 1 : -1;
    return (sum > largest(type)) - (sum < smallest(type));
}

bool bitfield_add(struct bitfield_type type, enum bitfield_overflow overflow,
                  int64_t value, int64_t more, int64_t *out) {
    int where = misfit(type, value, more);
    if (where != 0 && overflow == BITFIELD_FAIL)
        return false;
    if (where != 0 && overflow == BITFIELD_SAT)
        *out = where > 0 ? largest(type) : smallest(type);
    else
        *out = low_bits((uint64_t)value + (uint64_t)more, type);
    return true;
}
