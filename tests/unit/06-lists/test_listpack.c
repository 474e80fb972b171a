/* Listpacks: each encoding to the byte as Redis 7.0.15 writes it (RPUSH, then
 * DUMP), walking both ways, and bytes that are no listpack. */
#include "listpack.h"

#include <stdlib.h>

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

static void append_bytes(struct slice bytes) {
    struct listpack_element element = listpack_element(bytes);
    append(&element);
}

static const struct {
    const char *value, *due;
    size_t due_len;
} encodings[] = {
    {"0", "\x00\x01", 2},
    {"127", "\x7f\x01", 2},
    {"128", "\xc0\x80\x02", 3},
    {"-1", "\xdf\xff\x02", 3},
    {"4095", "\xcf\xff\x02", 3},
    {"-4096", "\xd0\x00\x02", 3},
    {"4096", "\xf1\x00\x10\x03", 4},
    {"-4097", "\xf1\xff\xef\x03", 4},
    {"32767", "\xf1\xff\x7f\x03", 4},
    {"-32768", "\xf1\x00\x80\x03", 4},
    {"32768", "\xf2\x00\x80\x00\x04", 5},
    {"-32769", "\xf2\xff\x7f\xff\x04", 5},
    {"8388607", "\xf2\xff\xff\x7f\x04", 5},
    {"-8388608", "\xf2\x00\x00\x80\x04", 5},
    {"8388608", "\xf3\x00\x00\x80\x00\x05", 6},
    {"-8388609", "\xf3\xff\xff\x7f\xff\x05", 6},
    {"2147483647", "\xf3\xff\xff\xff\x7f\x05", 6},
    {"-2147483648", "\xf3\x00\x00\x00\x80\x05", 6},
    {"2147483648", "\xf4\x00\x00\x00\x80\x00\x00\x00\x00\x09", 10},
    {"-2147483649", "\xf4\xff\xff\xff\x7f\xff\xff\xff\xff\x09", 10},
    {"9223372036854775807", "\xf4\xff\xff\xff\xff\xff\xff\xff\x7f\x09", 10},
    {"-9223372036854775808", "\xf4\x00\x00\x00\x00\x00\x00\x00\x80\x09", 10},
    {"9223372036854775808",
     "\x93"
     "9223372036854775808\x14",
     21},
    {"-9223372036854775809",
     "\x94"
     "-9223372036854775809\x15",
     22},
    {"", "\x80\x01", 2},
    {"a", "\x81\x61\x02", 3},
    {"01", "\x82\x30\x31\x03", 4},
    {"-0", "\x82-0\x03", 4},
    {"+1", "\x82+1\x03", 4},
    {" 1", "\x82 1\x03", 4},
};

enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static void test_encodings(void) {
    char scratch[NUMBER_I64_MAX_TEXT];
    for (size_t i = 0; i < ENCODINGS; i++) {
        struct slice value = slice_of(encodings[i].value);
        listpack_init(lp);
        append_bytes(value);
        uint8_t *place = listpack_first(lp);
        CHECK_BYTES((char *)place, listpack_size(place), encodings[i].due,
                    encodings[i].due_len);
        struct slice seen = listpack_text(place, scratch);
        CHECK_TEXT(seen.ptr, seen.len, encodings[i].value);
        CHECK(listpack_at_end(listpack_next(place)));
        CHECK(listpack_previous(lp, listpack_end(lp)) == place);
        CHECK(listpack_valid(lp, listpack_bytes(lp)));
    }
}

/* Long strings: the encoding in front of the bytes, and the length behind. */
static const struct {
    size_t len, before_len, behind_len;
    const char *before, *behind;
} lengths[] = {
    {63, 1, 1, "\xbf", "\x40"},
    {64, 2, 1, "\xe0\x40", "\x42"},
    {125, 2, 1, "\xe0\x7d", "\x7f"},
    {126, 2, 2, "\xe0\x7e", "\x01\x80"},
    {4095, 2, 2, "\xef\xff", "\x20\x81"},
    {4096, 5, 2, "\xf0\x00\x10\x00\x00", "\x20\x85"},
    {16377, 5, 2, "\xf0\xf9\x3f\x00\x00", "\x7f\xfe"},
    {16378, 5, 3, "\xf0\xfa\x3f\x00\x00", "\x00\xff\xff"},
    {16379, 5, 3, "\xf0\xfb\x3f\x00\x00", "\x01\x80\x80"},
    {2097145, 5, 3, "\xf0\xf9\xff\x1f\x00", "\x7f\xff\xfe"},
    {2097146, 5, 4, "\xf0\xfa\xff\x1f\x00", "\x00\xff\xff\xff"},
};

static void test_lengths(void) {
    memset(value_bytes, 'x', sizeof value_bytes);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t len = lengths[i].len, before = lengths[i].before_len;
        listpack_init(lp);
        append_bytes((struct slice){value_bytes, len});
        char *at = (char *)listpack_first(lp);
        CHECK_BYTES(at, before, lengths[i].before, before);
        CHECK(memcmp(at + before, value_bytes, len) == 0);
        CHECK_BYTES(at + before + len, lengths[i].behind_len, lengths[i].behind,
                    lengths[i].behind_len);
        CHECK_INT(listpack_bytes(lp),
                  LISTPACK_EMPTY + before + len + lengths[i].behind_len);
        CHECK(listpack_get((uint8_t *)at).bytes.len == len);
        CHECK((char *)listpack_previous(lp, listpack_end(lp)) == at);
        CHECK(listpack_valid(lp, listpack_bytes(lp)));
    }
}

/* Longer ones than a test would fill memory with: only their size. */
static void test_sizes(void) {
    static const size_t due[][2] = {
        {268435449, 268435458},
        {268435450, 268435460},
        {268435451, 268435461},
        {(size_t)512 << 20, ((size_t)512 << 20) + 10}};
    for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
        struct slice bytes = {value_bytes, due[i][0]};
        CHECK_INT(listpack_element(bytes).size, due[i][1]);
    }
}

static void test_empty(void) {
    listpack_init(lp);
    CHECK_BYTES((char *)lp, listpack_bytes(lp), "\x07\0\0\0\0\0\xff", 7);
    CHECK_INT(listpack_count(lp), 0);
    CHECK(listpack_valid(lp, 7));
    CHECK(listpack_at_end(listpack_first(lp)));
    CHECK(listpack_previous(lp, listpack_end(lp)) == NULL);
    CHECK(listpack_seek(lp, 0) == NULL);
    CHECK(listpack_seek(lp, -1) == NULL);
    CHECK(listpack_seek(lp, INT64_MIN) == NULL);
}

static bool seek_finds(int64_t index, const char *word) {
    uint8_t *place = listpack_seek(lp, index);
    struct listpack_element element = listpack_element(slice_of(word));
    return place != NULL && listpack_equal(place, &element);
}

static void test_seek(void) {
    listpack_init(lp);
    for (size_t i = 0; i < ENCODINGS; i++)
        append_bytes(slice_of(encodings[i].value));
    CHECK_INT(listpack_count(lp), ENCODINGS);
    /* The second time round without the help of the header. */
    for (int uncounted = 0; uncounted < 2; uncounted++) {
        for (int64_t i = 0; i < ENCODINGS; i++) {
            CHECK(seek_finds(i, encodings[i].value));
            CHECK(seek_finds(i - ENCODINGS, encodings[i].value));
        }
        CHECK(listpack_seek(lp, ENCODINGS) == NULL);
        CHECK(listpack_seek(lp, -ENCODINGS - 1) == NULL);
        CHECK(listpack_seek(lp, INT64_MAX) == NULL);
        CHECK(listpack_seek(lp, INT64_MIN) == NULL);
        CHECK_INT(listpack_count(lp), ENCODINGS);
        listpack_set_header(lp, listpack_bytes(lp), LISTPACK_UNCOUNTED);
        CHECK(listpack_valid(lp, listpack_bytes(lp)));
    }
}

/* More elements than the header can say. */
static void test_uncounted(void) {
    listpack_init(lp);
    struct listpack_element element = listpack_integer(7);
    for (size_t i = 0; i < 65534; i++)
        append(&element);
    CHECK_INT(listpack_header_count(lp), 65534);
    append(&element);
    append(&element);
    CHECK_INT(listpack_header_count(lp), LISTPACK_UNCOUNTED);
    CHECK_INT(listpack_count(lp), 65536);
    CHECK(listpack_seek(lp, 65535) == listpack_seek(lp, -1));
    CHECK(listpack_seek(lp, 65536) == NULL);
    CHECK(listpack_valid(lp, listpack_bytes(lp)));
}

static bool is_equal(const char *kept, const char *word) {
    listpack_init(lp);
    append_bytes(slice_of(kept));
    struct listpack_element element = listpack_element(slice_of(word));
    return listpack_equal(listpack_first(lp), &element);
}

static void test_equal(void) {
    CHECK(is_equal("12", "12"));
    CHECK(!is_equal("12", "012"));
    CHECK(!is_equal("012", "12"));
    CHECK(is_equal("", ""));
    CHECK(!is_equal("", "0"));
    CHECK(!is_equal("abc", "abd"));
    CHECK(!is_equal("abc", "ab"));
    struct listpack_element twelve = listpack_integer(12);
    listpack_init(lp);
    append(&twelve);
    CHECK(listpack_equal(listpack_first(lp), &twelve));
    /* Somebody else may have kept an integer as bytes. */
    memcpy(lp, "\x0b\0\0\0\x01\0\x82\x31\x32\x03\xff", 11);
    CHECK(listpack_valid(lp, 11));
    twelve = listpack_element(slice_of("12"));
    CHECK(listpack_equal(listpack_first(lp), &twelve));
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

/* Goes through all of a listpack both ways and through its values. Under
 * AddressSanitizer a step outside of it ends the test. */
static void walk(const uint8_t *from) {
    char scratch[NUMBER_I64_MAX_TEXT];
    size_t count = 0, sum = 0;
    for (uint8_t *at = listpack_first(from); !listpack_at_end(at);
         at = listpack_next(at)) {
        struct slice value = listpack_text(at, scratch);
        for (size_t i = 0; i < value.len; i++)
            sum += (unsigned char)value.ptr[i];
        count++;
    }
    CHECK(sum < SIZE_MAX);
    CHECK_INT(listpack_count(from), count);
    uint8_t *at = listpack_end(from);
    while ((at = listpack_previous(from, at)) != NULL)
        count--;
    CHECK_INT(count, 0);
}

/* A copy in memory of exactly its size, so that each byte too far is seen. */
static bool walk_if_valid(const uint8_t *bytes, size_t len) {
    uint8_t *copy = malloc(len);
    memcpy(copy, bytes, len);
    bool valid = listpack_valid(copy, len);
    if (valid)
        walk(copy);
    free(copy);
    return valid;
}

static void some_elements(void) {
    listpack_init(lp);
    for (size_t i = below(8) + 1; i > 0; i--) {
        if (below(3) == 0)
            append_bytes((struct slice){value_bytes, below(300)});
        else
            append_bytes(slice_of(encodings[below(ENCODINGS)].value));
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
    unit_test("each encoding is Redis's, to the byte", test_encodings);
    unit_test("long strings have Redis's lengths around them", test_lengths);
    unit_test("the sizes of very long strings are right", test_sizes);
    unit_test("an empty listpack has no elements", test_empty);
    unit_test("each element is found by its index", test_seek);
    unit_test("more than 65534 elements are counted by walking",
              test_uncounted);
    unit_test("equal is as the bytes are", test_equal);
    unit_test("what is no listpack is refused", test_invalid);
    unit_test("flipped bits are refused or harmless", test_flipped_bits);
    unit_test("random bytes are refused or harmless", test_random_bytes);
    unit_test("listpacks that were cut are refused", test_cut);
    return unit_end();
}
