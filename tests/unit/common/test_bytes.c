/* Short runs of bytes, each in a block of its own size, so that the sanitizers
 * see what lies outside. */
#include "bytes.h"

#include <stdlib.h>

#include "unit.h"

enum { MOST = 70 };

static unsigned char *some_bytes(size_t len) {
    unsigned char *bytes = malloc(len > 0 ? len : 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(0xf1 - 3 * i);
    return bytes;
}

static void test_load(void) {
    for (size_t len = 0; len <= 8; len++) {
        unsigned char *bytes = some_bytes(len);
        uint64_t due = 0;
        for (size_t i = 0; i < len; i++)
            due |= (uint64_t)bytes[i] << (8 * i);
        CHECK(bytes_load(bytes, len) == due);
        if (len == 8)
            CHECK(bytes_load_eight(bytes) == due);
        free(bytes);
    }
}

static void test_copy(void) {
    for (size_t len = 0; len <= MOST; len++) {
        unsigned char *bytes = some_bytes(len);
        char *copy = malloc(len > 0 ? len : 1);
        bytes_copy(copy, (const char *)bytes, len);
        CHECK_BYTES(copy, len, (const char *)bytes, len);
        free(copy);
        free(bytes);
    }
}

static void test_equal(void) {
    for (size_t len = 0; len <= MOST; len++) {
        unsigned char *one = some_bytes(len), *other = some_bytes(len);
        const char *a = (const char *)one, *b = (const char *)other;
        CHECK(bytes_equal(a, b, len));
        for (size_t i = 0; i < len; i++) {
            other[i] ^= 0x80;
            CHECK(!bytes_equal(a, b, len));
            other[i] ^= 0x80;
        }
        free(one);
        free(other);
    }
}

int main(void) {
    unit_test("up to eight bytes are one number", test_load);
    unit_test("bytes are copied, and no others", test_copy);
    unit_test("bytes that differ anywhere are not equal", test_equal);
    return unit_end();
}
