/* Bytes that are no intset are known. */
#include "intset_valid.h"

#include <stdlib.h>

#include "intset_of.h"
#include "unit.h"

static struct heap heap;

static void test_valid(void) {
    static const int64_t values[] = {5, -32768, 32767, -32769, INT64_MAX};
    for (size_t count = 1; count <= 5; count++) {
        struct intset *set = intset_of(&heap, values, count);
        CHECK(intset_valid((uint8_t *)set, intset_bytes(set)));
        intset_free(&heap, set);
    }
}

/* Cut anywhere, with any byte of the header changed, or out of order. */
static void test_broken(void) {
    static const int64_t values[] = {1, 70000, -9};
    struct intset *set = intset_of(&heap, values, 3);
    uint8_t bytes[64], *cut;
    size_t len = intset_bytes(set);
    memcpy(bytes, set, len);
    for (size_t i = 0; i < len; i++) {
        cut = malloc(i + 1);
        memcpy(cut, bytes, i);
        CHECK(!intset_valid(cut, i));
        free(cut);
    }
    for (size_t i = 0; i < INTSET_HEADER; i++) {
        uint8_t was = bytes[i];
        for (int value = 0; value < 256; value++) {
            bytes[i] = (uint8_t)value;
            CHECK_INT(intset_valid(bytes, len), value == was);
        }
        bytes[i] = was;
    }
    memcpy(bytes + INTSET_HEADER, bytes + INTSET_HEADER + 4, 4);
    CHECK(!intset_valid(bytes, len));
    struct intset *empty = intset_new(&heap);
    CHECK(!intset_valid((uint8_t *)empty, intset_bytes(empty)));
    intset_free(&heap, empty);
    intset_free(&heap, set);
}

int main(void) {
    unit_test("an intset is valid in each width", test_valid);
    unit_test("bytes that are no intset are known", test_broken);
    return unit_end();
}
