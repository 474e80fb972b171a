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
#include "block_walk.h"

enum {
    TAIL_AT = 4,
    COUNT_AT = 8,
    UNCOUNTED = 65535,
    LONG_BEFORE = 0xfe /* the length before follows in 4 bytes */
};

/* The first byte of an encoding. */
enum {
    STRING_14 = 0x40,
    STRING_32 = 0x80,
    INTEGER_16 = 0xc0,
    INTEGER_32 = 0xd0,
    INTEGER_64 = 0xe0,
    INTEGER_24 = 0xf0,
    SMALL_FIRST = 0xf1,
    SMALL_LAST = 0xfd,
    INTEGER_8 = 0xfe
};

static uint64_t low_first(const uint8_t *from, size_t size) {
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

/* Reads the length of the entry before, and checks it. Returns the place of the
 * encoding, or 0 if something is wrong. */
static size_t read_before(struct block_walk *walk) {
    size_t at = walk->at;
    uint64_t before = walk->bytes[at++];
    if (before == LONG_BEFORE) {
        if (!block_walk_has(walk, at, 4))
            return 0;
        before = low_first(walk->bytes + at, 4);
        at += 4;
    }
    if (before == walk->before)
        return block_walk_has(walk, at, 1) ? at : 0;
    (void)block_walk_wrong(walk, "the length of the entry before is wrong");
    return 0;
}

/* Reads a string whose encoding is at this place. Returns the place behind it,
 * or 0 if something is wrong. */
static size_t read_bytes(struct block_walk *walk, size_t at,
                         struct slice *bytes) {
    const uint8_t *head = walk->bytes + at;
    size_t size = *head < STRING_14 ? 1 : *head < STRING_32 ? 2 : 5;
    if (!block_walk_has(walk, at, size))
        return 0;
    uint64_t len = *head & 0x3f;
    if (size == 2)
        len = len << 8 | head[1];
    if (size == 5)
        len = (uint64_t)head[1] << 24 | (uint64_t)head[2] << 16 |
              (uint64_t)head[3] << 8 | head[4];
    if (!block_walk_has(walk, at + size, len))
        return 0;
    *bytes = (struct slice){(char *)head + size, (size_t)len};
    return at + size + (size_t)len;
}

/* Returns the bytes of an integer with this encoding; 0 if there is no such
 * encoding. */
static size_t integer_size(unsigned encoding) {
    switch (encoding) {
    case INTEGER_8: return 1;
    case INTEGER_16: return 2;
    case INTEGER_24: return 3;
    case INTEGER_32: return 4;
    case INTEGER_64: return 8;
    default: return 0;
    }
}

static size_t read_integer(struct block_walk *walk, size_t at, int64_t *value) {
    unsigned encoding = walk->bytes[at++];
    if (encoding >= SMALL_FIRST && encoding <= SMALL_LAST) {
        *value = encoding - SMALL_FIRST;
        return at;
    }
    size_t size = integer_size(encoding);
    if (size == 0) {
        (void)block_walk_wrong(walk, "there is no such encoding");
        return 0;
    }
    if (!block_walk_has(walk, at, size))
        return 0;
    uint64_t sign = (uint64_t)1 << (8 * size - 1); /* to extend it */
    *value = (int64_t)((low_first(walk->bytes + at, size) ^ sign) - sign);
    return at + size;
}

/* Compares the header with the entries. Returns false, as the walk ends
 * here. */
static bool check_end(struct block_walk *walk) {
    uint64_t tail = low_first(walk->bytes + TAIL_AT, 4);
    uint64_t count = low_first(walk->bytes + COUNT_AT, 2);
    if (walk->at != walk->len - 1)
        return block_walk_wrong(walk, "it ends too early");
    if (low_first(walk->bytes, 4) != walk->len)
        return block_walk_wrong(walk, "it says another size than it has");
    if (tail != walk->at - walk->before)
        return block_walk_wrong(walk, "the offset of the last entry is wrong");
    if (count != UNCOUNTED && count != walk->count)
        return block_walk_wrong(walk, "the number of entries is wrong");
    return false;
}

bool ziplist_next(struct block_walk *walk, struct listpack_element *element) {
    struct slice bytes = {0};
    int64_t integer = 0;
    if (walk->bytes[walk->at] == BLOCK_END)
        return check_end(walk);
    size_t at = read_before(walk);
    if (at == 0)
        return false;
    bool is_string = walk->bytes[at] < INTEGER_16;
    at = is_string ? read_bytes(walk, at, &bytes)
                   : read_integer(walk, at, &integer);
    if (at == 0)
        return false;
    *element = is_string ? listpack_element(bytes) : listpack_integer(integer);
    walk->before = at - walk->at;
    walk->at = at;
    walk->count++;
    return true;
}
