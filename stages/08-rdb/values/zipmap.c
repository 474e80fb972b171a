/* Zipmaps: what Redis kept small hashes in, up to version 2.4.
 *
 *     count (1)  field value field value ...  0xFF
 *
 *     field: length, bytes      value: length, free (1), bytes, unused bytes
 *     length   1 byte up to 253, or 254 and 4 bytes, little-endian
 *
 * free is the number of unused bytes behind the value; count is 254 when it is
 * not known. (Redis, zipmap.c) */
#include "block_walk.h"

enum { UNCOUNTED = 254, LONG_LENGTH = 254 };

static bool read_length(struct block_walk *walk, uint64_t *len) {
    *len = walk->bytes[walk->at];
    if (*len == BLOCK_END)
        return block_walk_wrong(walk, "a field has no value");
    if (*len == LONG_LENGTH) {
        if (!block_walk_has(walk, walk->at, 5))
            return false;
        *len = listpack_read_u32(walk->bytes + walk->at + 1);
        walk->at += 4;
    }
    walk->at++;
    return true;
}

/* Compares the header with the fields. Returns false, as the walk ends here. */
static bool check_end(struct block_walk *walk) {
    if (walk->at != walk->len - 1)
        return block_walk_wrong(walk, "it ends too early");
    if (walk->bytes[0] != UNCOUNTED && walk->bytes[0] != walk->count / 2)
        return block_walk_wrong(walk, "the number of fields is wrong");
    return false;
}

bool zipmap_next(struct block_walk *walk, struct listpack_element *element) {
    bool is_value = walk->count % 2 == 1;
    uint64_t len;
    if (!is_value && walk->bytes[walk->at] == BLOCK_END)
        return check_end(walk);
    if (!read_length(walk, &len))
        return false;
    size_t unused = 0;
    if (is_value) {
        if (!block_walk_has(walk, walk->at, 1))
            return false;
        unused = walk->bytes[walk->at++];
    }
    if (!block_walk_has(walk, walk->at, len + unused))
        return false;
    struct slice bytes = {(char *)walk->bytes + walk->at, (size_t)len};
    *element = listpack_element(bytes);
    walk->at += (size_t)len + unused;
    walk->count++;
    return true;
}
