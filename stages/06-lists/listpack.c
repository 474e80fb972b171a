#include "listpack.h"

#include <assert.h>

/* The first byte of an element. Integers of 16, 24, 32 and 64 bits are numbered
 * from INTEGER_16 on. */
enum {
    INTEGER_13 = 0xc0,
    STRING_6 = 0x80,
    STRING_12 = 0xe0,
    STRING_32 = 0xf0,
    INTEGER_16 = 0xf1,
    INTEGER_24 = 0xf2,
    INTEGER_32 = 0xf3,
    INTEGER_64 = 0xf4
};

enum { MIDDLE_MAX = 4095 }; /* bytes of a string whose encoding is two */

/* The bytes that the integers from INTEGER_16 on take, without the first. */
static const uint8_t widths[] = {2, 3, 4, 8};

void listpack_init(uint8_t *lp) {
    listpack_set_header(lp, LISTPACK_EMPTY, 0);
    lp[LISTPACK_HEADER] = LISTPACK_END;
}

size_t listpack_count(const uint8_t *lp) {
    size_t count = listpack_header_count(lp);
    if (count != LISTPACK_UNCOUNTED)
        return count;
    /* The header's 16 bits cannot tell how many there are. */
    count = 0;
    for (uint8_t *at = listpack_first(lp); !listpack_at_end(at);
         at = listpack_next(at))
        count++;
    return count;
}

/* Redis gives a byte more to the largest number that would fit two, three or
 * four bytes, and our files must match its own. */
size_t listpack_back_size(size_t len) {
    if (len < 128)
        return 1;
    if (len < (1u << 14) - 1)
        return 2;
    if (len < (1u << 21) - 1)
        return 3;
    return len < (1u << 28) - 1 ? 4 : 5;
}

/* Writes the length behind an element, the lowest 7 bits last. In each byte but
 * the first the top bit says that another byte precedes it. */
static void write_back(uint8_t *at, size_t len, size_t size) {
    uint8_t more = 0x80;
    for (size_t i = size; i-- > 0; len >>= 7) {
        if (i == 0)
            more = 0;
        at[i] = (uint8_t)(len & 0x7f) | more;
    }
}

uint8_t *listpack_previous_long(const uint8_t *place) {
    size_t len = 0;
    unsigned shift = 0;
    do {
        place--;
        len |= (size_t)(*place & 0x7f) << shift;
        shift += 7;
    } while (*place & 0x80);
    return (uint8_t *)place - len;
}

/* Returns the bytes of an element without the length behind it. */
static inline size_t front_size(const uint8_t *place) {
    if (*place < STRING_6)
        return 1;
    if (*place < INTEGER_13)
        return 1 + (size_t)(*place & 0x3f);
    if (*place < STRING_12)
        return 2;
    if (*place < STRING_32)
        return 2 + ((size_t)(*place & 0x0f) << 8 | place[1]);
    if (*place == STRING_32)
        return 5 + (size_t)listpack_read_u32(place + 1);
    /* No element begins with another byte. */
    assert(*place <= INTEGER_64);
    return 1 + (size_t)widths[*place - INTEGER_16];
}

size_t listpack_size_long(const uint8_t *place) {
    size_t len = front_size(place);
    return len + listpack_back_size(len);
}

/* Reads an integer in two's complement, the low byte first. Turning the sign
 * bit over and subtracting it copies it into all bits above it. */
static int64_t read_integer(const uint8_t *from, size_t width) {
    uint64_t value = 0, sign = (uint64_t)1 << (8 * width - 1);
    for (size_t i = width; i-- > 0;)
        value = value << 8 | from[i];
    return (int64_t)((value ^ sign) - sign);
}

static struct listpack_value string_value(const uint8_t *bytes, size_t len) {
    return (struct listpack_value){.bytes = {.ptr = (char *)bytes, .len = len}};
}

struct listpack_value listpack_get_long(const uint8_t *place) {
    uint8_t kind = *place;
    if (kind < STRING_12) {
        uint32_t value = (uint32_t)(kind & 0x1f) << 8 | place[1];
        /* The same with 13 bits, of which 0x1000 is the sign. */
        return (struct listpack_value){.integer =
                                           (int32_t)(value ^ 0x1000) - 0x1000};
    }
    if (kind < STRING_32)
        return string_value(place + 2, (size_t)(kind & 0x0f) << 8 | place[1]);
    if (kind == STRING_32)
        return string_value(place + 5, listpack_read_u32(place + 1));
    assert(kind <= INTEGER_64);
    return (struct listpack_value){
        .integer = read_integer(place + 1, widths[kind - INTEGER_16])};
}

static uint8_t *seek_forward(const uint8_t *lp, uint64_t steps) {
    uint8_t *place = listpack_first(lp);
    while (steps > 0 && !listpack_at_end(place)) {
        place = listpack_next(place);
        steps--;
    }
    return listpack_at_end(place) ? NULL : place;
}

static uint8_t *seek_backward(const uint8_t *lp, uint64_t steps) {
    uint8_t *place = listpack_end(lp);
    while (steps > 0 && place != NULL) {
        place = listpack_previous(lp, place);
        steps--;
    }
    return place;
}

uint8_t *listpack_seek(const uint8_t *lp, int64_t index) {
    uint64_t count = listpack_header_count(lp);
    /* The unsigned difference is right even for INT64_MIN. */
    uint64_t steps = index < 0 ? 0 - (uint64_t)index : (uint64_t)index;
    /* Without a count nobody knows which end is nearer. */
    if (count == LISTPACK_UNCOUNTED)
        return index < 0 ? seek_backward(lp, steps) : seek_forward(lp, steps);
    if (index < 0 ? steps > count : steps >= count)
        return NULL;
    uint64_t from_head = index < 0 ? count - steps : steps;
    if (from_head < count / 2)
        return seek_forward(lp, from_head);
    return seek_backward(lp, count - from_head);
}

/* Returns the bytes of an integer without the length behind it, which takes one
 * more. */
static size_t integer_size(int64_t value) {
    if (value >= 0 && value < 128)
        return 1;
    if (value >= -4096 && value < 4096)
        return 2;
    if (value >= INT16_MIN && value <= INT16_MAX)
        return 3;
    if (value >= -(1 << 23) && value < 1 << 23)
        return 4;
    return value >= INT32_MIN && value <= INT32_MAX ? 5 : 9;
}

struct listpack_element listpack_integer(int64_t value) {
    return (struct listpack_element){
        .integer = value, .is_integer = true, .size = integer_size(value) + 1};
}

struct listpack_element listpack_element_long(struct slice bytes) {
    int64_t integer;
    if (bytes.len < NUMBER_I64_MAX_TEXT &&
        parse_i64(bytes.ptr, bytes.len, &integer))
        return (struct listpack_element){.bytes = bytes,
                                         .integer = integer,
                                         .is_integer = true,
                                         .size = integer_size(integer) + 1};
    size_t len = bytes.len;
    len += len <= LISTPACK_SHORT ? 1 : len <= MIDDLE_MAX ? 2 : 5;
    return (struct listpack_element){.bytes = bytes,
                                     .size = len + listpack_back_size(len)};
}

static void write_bytes(uint8_t *at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++, value >>= 8)
        at[i] = (uint8_t)value;
}

static uint8_t *write_integer(uint8_t *at, int64_t value) {
    size_t size = integer_size(value);
    uint64_t bits = (uint64_t)value;
    switch (size) {
    case 1: at[0] = (uint8_t)bits; break;
    case 2:
        at[0] = (uint8_t)(INTEGER_13 | (bits >> 8 & 0x1f));
        at[1] = (uint8_t)bits;
        break;
    case 9:
        at[0] = INTEGER_64;
        write_bytes(at + 1, bits, 8);
        break;
    /* Three, four or five bytes: their encodings are in the same order. */
    default:
        at[0] = (uint8_t)(INTEGER_16 + (size - 3));
        write_bytes(at + 1, bits, size - 1);
    }
    at[size] = (uint8_t)size;
    return at + size + 1;
}

/* Writes the encoding of a string that is not short. Returns where its bytes
 * go. */
static uint8_t *write_length(uint8_t *at, size_t len) {
    if (len <= MIDDLE_MAX) {
        at[0] = (uint8_t)(STRING_12 | len >> 8);
        at[1] = (uint8_t)len;
        return at + 2;
    }
    at[0] = STRING_32;
    write_bytes(at + 1, len, 4);
    return at + 5;
}

uint8_t *listpack_write_long(uint8_t *place,
                             const struct listpack_element *element) {
    if (element->is_integer)
        return write_integer(place, element->integer);
    struct slice bytes = element->bytes;
    uint8_t *at = write_length(place, bytes.len);
    memcpy(at, bytes.ptr, bytes.len);
    at += bytes.len;
    uint8_t *behind = place + element->size;
    write_back(at, (size_t)(at - place), (size_t)(behind - at));
    return behind;
}

bool listpack_equal(const uint8_t *place,
                    const struct listpack_element *element) {
    struct listpack_value value = listpack_get(place);
    if (value.bytes.ptr == NULL)
        return element->is_integer && element->integer == value.integer;
    /* Bytes that spell an integer may be stored as bytes in a listpack that
     * comes from elsewhere. An element of listpack_integer() has no text to
     * compare with them, and differs. */
    return !(element->is_integer && element->bytes.ptr == NULL) &&
           slice_equal(value.bytes, element->bytes);
}
