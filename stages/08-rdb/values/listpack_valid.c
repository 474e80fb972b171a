#include "listpack_valid.h"

enum {
    BACK_MAX = 5,  /* bytes of the length behind an element */
    BACK_ONE = 128 /* bytes of the longest element for which one tells it */
};

/* Returns the number of leading bytes that tell the length of an element; 0 if
 * no element begins with this byte. */
static size_t encoding_size(uint8_t first) {
    if (first < 0xe0)
        return 1;
    if (first < 0xf0)
        return 2;
    if (first == 0xf0)
        return 5;
    return first <= 0xf4 ? 1 : 0;
}

/* Returns true if the length behind an element of that size is spelled as we
 * spell it: walking forwards skips as many bytes as are due, and walking
 * backwards believes what they say. */
static bool is_back_valid(const uint8_t *place, size_t size) {
    size_t len = 0, back = 0;
    uint8_t byte;
    do {
        byte = place[size - 1 - back];
        len |= (size_t)(byte & 0x7f) << (7 * back);
        back++;
    } while ((byte & 0x80) && back < BACK_MAX && back < size);
    /* Too many bytes tell a length for which fewer are due. */
    return !(byte & 0x80) && len + back == size &&
           listpack_back_size(len) == back;
}

size_t listpack_valid_size_long(const uint8_t *place, size_t left) {
    size_t encoding = encoding_size(*place);
    if (encoding == 0 || encoding > left)
        return 0;
    size_t size = listpack_size(place);
    if (size > left)
        return 0;
    bool valid = size <= BACK_ONE ? place[size - 1] == size - 1
                                  : is_back_valid(place, size);
    return valid ? size : 0;
}

bool listpack_valid_frame(const uint8_t *bytes, size_t len) {
    return len >= LISTPACK_EMPTY && listpack_bytes(bytes) == len &&
           bytes[len - 1] == LISTPACK_END;
}

bool listpack_valid_count(const uint8_t *lp, size_t count) {
    /* "Unknown" is never wrong: it makes readers count. */
    size_t told = listpack_header_count(lp);
    return told == LISTPACK_UNCOUNTED || told == count;
}

bool listpack_valid(const uint8_t *bytes, size_t len) {
    if (!listpack_valid_frame(bytes, len))
        return false;
    size_t count = 0;
    for (size_t at = LISTPACK_HEADER; at < len - 1; count++) {
        size_t size = listpack_valid_size(bytes + at, len - 1 - at);
        if (size == 0)
            return false;
        at += size;
    }
    return listpack_valid_count(bytes, count);
}
