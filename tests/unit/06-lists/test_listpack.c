/* Listpacks: each encoding to the byte as Redis 7.0.15 writes it (RPUSH, then
 * DUMP), and walking both ways. */
#include "listpack.h"

#include "listpack_walk.h"
#include "unit.h"

enum { BIGGEST = 3 << 20 };

static uint8_t lp[BIGGEST];
static char value_bytes[BIGGEST];

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
        CHECK(listpack_walks(lp));
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
        CHECK(listpack_walks(lp));
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
    CHECK(listpack_walks(lp));
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
        CHECK(listpack_walks(lp));
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
    CHECK(listpack_walks(lp));
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
    twelve = listpack_element(slice_of("12"));
    CHECK(listpack_equal(listpack_first(lp), &twelve));
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
    return unit_end();
}
