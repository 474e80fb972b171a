/* Bytes that are no listpack are known; all others can be walked. */
#include "listpack_valid.h"

#include <stdlib.h>

#include "listpack_walk.h"
#include "unit.h"

enum { BIGGEST = 3 << 20 };

static uint8_t lp[BIGGEST];
static char value_bytes[BIGGEST];
static uint64_t state = 6;

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

/* Appends to lp, as who has room would. */
static void append(const struct listpack_element *element) {
    uint8_t *behind = listpack_write(listpack_end(lp), element);
    *behind = LISTPACK_END;
    listpack_set_header(lp, (size_t)(behind + 1 - lp),
                        listpack_header_count(lp) + 1);
}

static void append_bytes(size_t len) {
    struct slice bytes = {value_bytes, len};
    struct listpack_element element = listpack_element(bytes);
    append(&element);
}

/* An integer of any width. */
static void append_integer(void) {
    int64_t value = (int64_t)(unit_random(&state) >> below(64));
    struct listpack_element element =
        listpack_integer(below(2) == 0 ? value : -value);
    append(&element);
}

/* What we write is valid, with each number of bytes for the length behind. */
static void test_valid(void) {
    static const size_t lengths[] = {0,     1,     63,      64,      125,
                                     126,   4095,  4096,    16377,   16378,
                                     16379, 16380, 2097145, 2097146, 2097147};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        listpack_init(lp);
        CHECK(listpack_valid(lp, LISTPACK_EMPTY));
        append_bytes(lengths[i]);
        CHECK(listpack_valid(lp, listpack_bytes(lp)));
        listpack_set_header(lp, listpack_bytes(lp), LISTPACK_UNCOUNTED);
        CHECK(listpack_valid(lp, listpack_bytes(lp)));
    }
    /* Somebody else may have kept an integer as bytes. */
    CHECK(listpack_valid(
        (const uint8_t *)"\x0b\0\0\0\x01\0\x82\x31\x32\x03\xff", 11));
}

/* A length behind that takes a byte of the value: it would be the same place,
 * but is not what Redis writes. */
static void test_spelled_otherwise(void) {
    memset(value_bytes, 'x', 100);
    value_bytes[98] = 0;
    listpack_init(lp);
    append_bytes(99);
    CHECK(listpack_valid(lp, listpack_bytes(lp)));
    uint8_t *behind = listpack_end(lp) - 1;
    CHECK_INT(*behind, 101);
    *behind = 0x80 | 100;
    CHECK(!listpack_valid(lp, listpack_bytes(lp)));
}

static void test_invalid(void) {
    static const struct {
        const char *bytes;
        size_t len;
    } wrong[] = {
        {"", 0},
        {"\x07\0\0\0\0\0", 6},
        {"\x08\0\0\0\0\0\xff", 7},            /* another length */
        {"\x07\0\0\0\0\0\xfe", 7},            /* no end */
        {"\x07\0\0\0\x01\0\xff", 7},          /* too few elements */
        {"\x09\0\0\0\0\0\x01\x01\xff", 9},    /* too many */
        {"\x09\0\0\0\x01\0\x01\x02\xff", 9},  /* a wrong length behind */
        {"\x08\0\0\0\x01\0\x01\xff", 8},      /* none */
        {"\x08\0\0\0\x01\0\xff\xff", 8},      /* the end, twice */
        {"\x09\0\0\0\x01\0\xf5\x01\xff", 9},  /* no such encoding */
        {"\x09\0\0\0\x01\0\x82\x03\xff", 9},  /* a string past the end */
        {"\x08\0\0\0\x01\0\xe0\xff", 8},      /* a cut encoding */
        {"\x0a\0\0\0\x01\0\xf0\0\0\xff", 10}, /* another */
        {"\x0d\0\0\0\x01\0\xf0\xff\xff\xff\xff\x04\xff", 13},
        {"\x0b\0\0\0\x01\0\x81\x61\x80\x02\xff", 11}, /* behind too long */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!listpack_valid((const uint8_t *)wrong[i].bytes, wrong[i].len));
}

/* A copy in memory of exactly its size, so that each byte too far is seen. */
static bool walk_if_valid(const uint8_t *bytes, size_t len) {
    uint8_t *copy = malloc(len);
    memcpy(copy, bytes, len);
    bool valid = listpack_valid(copy, len);
    if (valid)
        CHECK(listpack_walks(copy));
    free(copy);
    return valid;
}

static void some_elements(void) {
    listpack_init(lp);
    for (size_t i = below(8) + 1; i > 0; i--) {
        if (below(2) == 0)
            append_bytes(below(3) == 0 ? below(300) : below(20));
        else
            append_integer();
    }
}

static void test_flipped_bits(void) {
    memset(value_bytes, '\x81', sizeof value_bytes);
    size_t accepted = 0;
    for (size_t round = 0; round < 100000; round++) {
        some_elements();
        size_t len = listpack_bytes(lp);
        for (size_t i = below(3) + 1; i > 0; i--)
            lp[4 + below(len - 4)] ^= (uint8_t)(1 << below(8));
        accepted += walk_if_valid(lp, len);
    }
    /* Flips within values are fine; most others are not. */
    CHECK(accepted > 1000 && accepted < 90000);
}

static void test_random_bytes(void) {
    for (size_t round = 0; round < 200000; round++) {
        size_t len = LISTPACK_EMPTY + below(24);
        /* Bytes that an encoding or a length may be come often. */
        for (size_t i = LISTPACK_HEADER; i < len; i++)
            lp[i] = (uint8_t)(below(2) ? below(12) : 0x80 + below(128));
        listpack_set_header(lp, len, below(2) ? LISTPACK_UNCOUNTED : below(4));
        lp[len - 1] = below(20) != 0 ? LISTPACK_END : 0;
        (void)walk_if_valid(lp, len);
    }
}

static void test_cut(void) {
    for (size_t round = 0; round < 2000; round++) {
        some_elements();
        size_t len = listpack_bytes(lp);
        CHECK(walk_if_valid(lp, len));
        size_t cut = below(len);
        CHECK(!listpack_valid(lp, cut));
        if (cut >= LISTPACK_EMPTY) {
            size_t count = listpack_header_count(lp);
            listpack_set_header(lp, cut, count);
            lp[cut - 1] = LISTPACK_END;
            CHECK(!walk_if_valid(lp, cut));
        }
    }
}

int main(void) {
    unit_test("what is written as a listpack is valid", test_valid);
    unit_test("a length is spelled in one way only", test_spelled_otherwise);
    unit_test("what is no listpack is refused", test_invalid);
    unit_test("flipped bits are refused or harmless", test_flipped_bits);
    unit_test("random bytes are refused or harmless", test_random_bytes);
    unit_test("listpacks that were cut are refused", test_cut);
    return unit_end();
}
