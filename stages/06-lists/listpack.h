/* Listpacks: several short values in one run of bytes, in the layout that Redis
 * has in memory and in its RDB files.
 *
 *     total (4)  count (2)  element element ...  0xFF
 *
 *     element: encoding, bytes of the value, and the length of both
 *     0xxxxxxx                       an integer of 7 bits, 0..127
 *     10xxxxxx bytes                 a string of up to 63 bytes
 *     110xxxxx xxxxxxxx              an integer of 13 bits
 *     1110xxxx xxxxxxxx bytes        a string of up to 4095 bytes
 *     11110000 llllllll x 4 bytes    a longer string
 *     11110001, 2, 3, 4 bytes        integers of 16, 24, 32 and 64 bits
 *
 * The length behind an element is written to be read backwards, 7 bits a byte,
 * the last byte first, so that one can walk from the end to the beginning.
 * Numbers are little-endian. Bytes that spell an integer of 64 bits are stored
 * as one. count is 65535 for that many elements or more, which are then counted
 * by walking.
 *
 * Everything here is pure: it reads or writes bytes that belong to the caller,
 * who has made sure that there is room. A place is the first byte of an
 * element, or the end (the 0xFF). (https://github.com/antirez/listpack,
 * listpack.md) */
#ifndef LISTPACK_H
#define LISTPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "number.h"
#include "slice.h"

enum {
    LISTPACK_HEADER = 6,
    LISTPACK_EMPTY = 7,         /* bytes of a listpack without elements */
    LISTPACK_UNCOUNTED = 65535, /* this many elements or more */
    LISTPACK_SHORT = 63,        /* bytes of the longest short string */
    LISTPACK_END = 0xff
};

/* A value: bytes, or an integer. bytes.ptr is NULL for an integer. */
struct listpack_value {
    struct slice bytes;
    int64_t integer;
};

/* A value that is ready to be written, so that it is checked only once for
 * being an integer. */
struct listpack_element {
    struct slice bytes; /* as it came, or as it was asked for */
    int64_t integer;
    bool is_integer;
    size_t size; /* of the whole element: encoding, bytes, length behind it */
};

/* Whole listpacks. */
void listpack_init(uint8_t *lp);
/* Return its bytes, header and end included, and the number of its elements. */
static inline size_t listpack_bytes(const uint8_t *lp);
size_t listpack_count(const uint8_t *lp);
/* Writes the header. Call it after elements were written or removed. */
static inline void listpack_set_header(uint8_t *lp, size_t bytes, size_t count);

/* Places. The first place of an empty listpack is its end, and so is the place
 * after the last element. The place before the first element is NULL, and the
 * one before the end is the last element. */
static inline uint8_t *listpack_first(const uint8_t *lp);
static inline uint8_t *listpack_end(const uint8_t *lp);
static inline uint8_t *listpack_next(const uint8_t *place);
static inline uint8_t *listpack_previous(const uint8_t *lp,
                                         const uint8_t *place);
static inline bool listpack_at_end(const uint8_t *place);
/* Returns the place of an element by its index; negative ones count from the
 * end. NULL if there is none. O(distance from the nearer end), but from the
 * beginning if the header does not know the count. */
uint8_t *listpack_seek(const uint8_t *lp, int64_t index);

/* The element at a place: its size, and its value. */
static inline size_t listpack_size(const uint8_t *place);
static inline struct listpack_value listpack_get(const uint8_t *place);
/* Returns how many bytes the length behind an element takes. */
size_t listpack_back_size(size_t len);
/* Returns the value as bytes; an integer is written into scratch. */
static inline struct slice
listpack_text(const uint8_t *place, char scratch[static NUMBER_I64_MAX_TEXT]);

/* Prepare a value to be written. */
static inline struct listpack_element listpack_element(struct slice bytes);
struct listpack_element listpack_integer(int64_t value);
/* Writes an element at a place where element->size bytes are free. Returns the
 * place behind it. */
static inline uint8_t *listpack_write(uint8_t *place,
                                      const struct listpack_element *element);

/* Returns true if the element at a place has this value, without unpacking
 * it. */
bool listpack_equal(const uint8_t *place,
                    const struct listpack_element *element);

/* The rest is defined here so that walking and pushing are compiled into their
 * callers. Short strings and small integers are read here, and short strings
 * written; the functions in _long do the others. */
struct listpack_element listpack_element_long(struct slice bytes);
uint8_t *listpack_write_long(uint8_t *place,
                             const struct listpack_element *element);
size_t listpack_size_long(const uint8_t *place);
struct listpack_value listpack_get_long(const uint8_t *place);
uint8_t *listpack_previous_long(const uint8_t *place);

static inline uint32_t listpack_read_u32(const uint8_t *from) {
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 |
           (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static inline size_t listpack_bytes(const uint8_t *lp) {
    return listpack_read_u32(lp);
}

static inline size_t listpack_header_count(const uint8_t *lp) {
    return (size_t)(lp[4] | lp[5] << 8);
}

static inline void listpack_set_header(uint8_t *lp, size_t bytes,
                                       size_t count) {
    uint32_t total = (uint32_t)bytes;
    uint16_t told =
        count < LISTPACK_UNCOUNTED ? (uint16_t)count : LISTPACK_UNCOUNTED;
    lp[0] = (uint8_t)total;
    lp[1] = (uint8_t)(total >> 8);
    lp[2] = (uint8_t)(total >> 16);
    lp[3] = (uint8_t)(total >> 24);
    lp[4] = (uint8_t)told;
    lp[5] = (uint8_t)(told >> 8);
}

static inline uint8_t *listpack_first(const uint8_t *lp) {
    return (uint8_t *)lp + LISTPACK_HEADER;
}

static inline uint8_t *listpack_end(const uint8_t *lp) {
    return (uint8_t *)lp + listpack_bytes(lp) - 1;
}

static inline bool listpack_at_end(const uint8_t *place) {
    return *place == LISTPACK_END;
}

/* The length behind an element of up to 127 bytes takes one. */
static inline size_t listpack_size(const uint8_t *place) {
    if (*place < 0x80)
        return 2;
    if (*place < 0xc0)
        return 2 + (size_t)(*place & 0x3f);
    return listpack_size_long(place);
}

static inline uint8_t *listpack_next(const uint8_t *place) {
    return (uint8_t *)place + listpack_size(place);
}

static inline uint8_t *listpack_previous(const uint8_t *lp,
                                         const uint8_t *place) {
    if (place == lp + LISTPACK_HEADER)
        return NULL;
    if (place[-1] < 0x80)
        return (uint8_t *)place - 1 - place[-1];
    return listpack_previous_long(place);
}

static inline struct listpack_value listpack_get(const uint8_t *place) {
    if (*place < 0x80)
        return (struct listpack_value){.integer = *place};
    if (*place >= 0xc0)
        return listpack_get_long(place);
    return (struct listpack_value){
        .bytes = {.ptr = (char *)place + 1, .len = *place & 0x3f}};
}

static inline struct slice
listpack_text(const uint8_t *place, char scratch[static NUMBER_I64_MAX_TEXT]) {
    struct listpack_value value = listpack_get(place);
    if (value.bytes.ptr != NULL)
        return value.bytes;
    return (struct slice){.ptr = scratch,
                          .len = format_i64(scratch, value.integer)};
}

/* Only bytes that begin with a digit, or with a character below the digits, can
 * be an integer. */
static inline struct listpack_element listpack_element(struct slice bytes) {
    if (bytes.len > LISTPACK_SHORT ||
        (bytes.len > 0 && (unsigned char)bytes.ptr[0] <= '9'))
        return listpack_element_long(bytes);
    return (struct listpack_element){.bytes = bytes, .size = bytes.len + 2};
}

static inline uint8_t *listpack_write(uint8_t *place,
                                      const struct listpack_element *element) {
    size_t len = element->bytes.len;
    if (len > LISTPACK_SHORT || element->is_integer)
        return listpack_write_long(place, element);
    *place++ = (uint8_t)(0x80 | len);
    bytes_copy((char *)place, element->bytes.ptr, len);
    place[len] = (uint8_t)(len + 1);
    return place + len + 1;
}

#endif
