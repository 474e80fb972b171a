/* Rows of bits and fields of bits, against the same done a bit at a time. */
#include "bitfield.h"
#include "bits.h"
#include "unit.h"

enum { LEN = 600, PLACES = LEN * 8 };

static char bytes[LEN];
static uint64_t state = 7;

/* Random bytes, or nearly all of them alike, so that searches go far. */
static void fill(void) {
    uint64_t kind = unit_random_below(&state, 3);
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (char)(kind == 0   ? unit_random(&state)
                          : kind == 1 ? 0
                                      : UINT64_MAX);
    if (kind > 0)
        for (int i = 0; i < 3; i++)
            bits_set(bytes, unit_random_below(&state, PLACES), kind == 1);
}

static void test_order(void) {
    static const char two[] = {(char)0x81, 0x01};
    CHECK(bits_get(two, 0) && !bits_get(two, 1) && bits_get(two, 7));
    CHECK(!bits_get(two, 8) && bits_get(two, 15));
}

static void test_ranges(void) {
    for (int round = 0; round < 3000; round++) {
        fill();
        uint64_t from = unit_random_below(&state, PLACES + 1);
        uint64_t end = unit_random_below(&state, PLACES + 1);
        bool bit = unit_random_below(&state, 2) == 1;
        uint64_t count = 0, place = end;
        for (uint64_t i = from; i < end; i++) {
            count += bits_get(bytes, i);
            if (place == end && bits_get(bytes, i) == bit)
                place = i;
        }
        CHECK_INT(bits_count(bytes, from, end), count);
        CHECK_INT(bits_find(bytes, from, end, bit), place);
    }
}

static bool combined(enum bits_operation operation, bool one, bool other) {
    switch (operation) {
    case BITS_AND: return one && other;
    case BITS_OR: return one || other;
    case BITS_XOR: return one != other;
    default: return !other;
    }
}

static void test_combining(void) {
    for (int round = 0; round < 1000; round++) {
        char before[LEN], out[LEN];
        enum bits_operation operation =
            (enum bits_operation)unit_random_below(&state, 4);
        struct slice source = {bytes, unit_random_below(&state, LEN + 1)};
        fill();
        memcpy(before, bytes, LEN);
        memcpy(out, bytes, LEN);
        fill();
        bits_combine(out, LEN, operation, source);
        bool same = true;
        for (uint64_t i = 0; i < PLACES; i++) {
            bool other = i / 8 < source.len && bits_get(bytes, i);
            same &= bits_get(out, i) ==
                    combined(operation, bits_get(before, i), other);
        }
        CHECK(same);
    }
}

/* One bit that differs from all others, anywhere in some hundred. */
static void test_every_place(void) {
    enum { FEW = 80, FEW_PLACES = FEW * 8 };
    bool good = true;
    for (uint64_t place = 0; place < FEW_PLACES; place++)
        for (int bit = 0; bit < 2; bit++) {
            memset(bytes, bit ? 0 : 0xff, FEW);
            bits_set(bytes, place, bit);
            uint64_t end = place + 1 + place % 70;
            if (end > FEW_PLACES)
                end = FEW_PLACES;
            for (uint64_t from = 0; from <= place; from++) {
                good &= bits_find(bytes, from, end, bit) == place;
                good &= bits_find(bytes, from, place, bit) == place;
                uint64_t ones = bits_count(bytes, from, end);
                good &= ones == (bit ? 1 : end - from - 1);
            }
            good &= bits_find(bytes, place + 1, end, bit) == end;
        }
    CHECK(good);
}

/* Combines so many bytes, in place of which nothing else may change. */
static bool combines(enum bits_operation operation, size_t at, size_t from,
                     size_t len, size_t source_len) {
    unsigned char out[160], before[160], source[160];
    for (size_t i = 0; i < sizeof out; i++) {
        out[i] = before[i] = (unsigned char)unit_random(&state);
        source[i] = (unsigned char)unit_random(&state);
    }
    bits_combine((char *)out + at, len, operation,
                 (struct slice){(char *)source + from, source_len});
    bool good = true;
    for (size_t i = 0; i < sizeof out; i++) {
        unsigned char one = before[i], other = 0, due = one;
        if (i >= at && i < at + len) {
            if (i - at < source_len)
                other = source[from + i - at];
            due = operation == BITS_AND   ? one & other
                  : operation == BITS_OR  ? one | other
                  : operation == BITS_XOR ? one ^ other
                                          : (unsigned char)~other;
        }
        good &= out[i] == due;
    }
    return good;
}

static void test_every_length(void) {
    bool good = true;
    for (size_t len = 0; len <= 100; len++)
        for (size_t at = 0; at < 9; at++)
            for (size_t from = 0; from < 9; from += 1 + len % 3)
                for (int operation = 0; operation < 4; operation++) {
                    size_t some = unit_random_below(&state, len + 20);
                    good &= combines((enum bits_operation)operation, at, from,
                                     len, len);
                    good &= combines((enum bits_operation)operation, at, from,
                                     len, some);
                }
    CHECK(good);
}

/* A row may be turned over where it is. */
static void test_in_place(void) {
    char before[LEN];
    fill();
    memcpy(before, bytes, LEN);
    bits_combine(bytes, LEN, BITS_NOT, (struct slice){bytes, LEN});
    bool good = true;
    for (size_t i = 0; i < LEN; i++)
        good &= bytes[i] == (char)~before[i];
    CHECK(good);
}

static struct bitfield_type type_of(const char *text) {
    struct bitfield_type type = {0};
    CHECK(bitfield_parse_type(slice_of(text), &type));
    return type;
}

static bool is_type(const char *text) {
    struct bitfield_type type;
    return bitfield_parse_type(slice_of(text), &type);
}

static void test_types(void) {
    CHECK(is_type("i1") && is_type("i64") && is_type("u1") && is_type("u63"));
    CHECK(!is_type("i0") && !is_type("i65") && !is_type("u64"));
    CHECK(!is_type("I8") && !is_type("8") && !is_type("i") && !is_type(""));
    CHECK(!is_type("i08") && !is_type("u-1") && !is_type("i8 "));
}

static void test_places(void) {
    uint64_t place = 0;
    struct bitfield_type type = type_of("u8");
    CHECK(bitfield_parse_place((struct slice){"#3", 2}, type, 100, &place));
    CHECK_INT(place, 24);
    CHECK(bitfield_parse_place((struct slice){"99", 2}, type, 100, &place));
    CHECK(!bitfield_parse_place((struct slice){"100", 3}, type, 100, &place));
    CHECK(!bitfield_parse_place((struct slice){"-1", 2}, type, 100, &place));
    CHECK(!bitfield_parse_place((struct slice){"#", 1}, type, 100, &place));
    CHECK(!bitfield_parse_place((struct slice){"#9223372036854775807", 20},
                                type, 100, &place));
}

static void test_fields(void) {
    for (int round = 0; round < 20000; round++) {
        struct bitfield_type type = {.is_signed = round % 2 == 0};
        type.bits =
            1 + (unsigned)unit_random_below(&state, type.is_signed ? 64 : 63);
        uint64_t place = unit_random_below(&state, PLACES - type.bits + 1);
        unsigned unused = 64 - type.bits;
        uint64_t word = unit_random(&state);
        int64_t value = type.is_signed ? (int64_t)(word << unused) >> unused
                                       : (int64_t)(word << unused >> unused);
        char before[LEN];
        memcpy(before, bytes, LEN);
        bitfield_set(bytes, place, type, (int64_t)word);
        CHECK_INT(bitfield_get((struct slice){bytes, LEN}, place, type), value);
        bool same = true;
        for (uint64_t i = 0; i < PLACES; i++)
            same &= (i >= place && i < place + type.bits) ||
                    bits_get(bytes, i) == bits_get(before, i);
        CHECK(same || round % 100 > 0);
    }
    struct slice two = {(char[]){(char)0xff, (char)0xff}, 2};
    CHECK_INT(bitfield_get(two, 12, type_of("u8")), 0xf0);
    CHECK_INT(bitfield_get(two, 1000, type_of("i64")), 0);
}

/* What value + more is, as text; "" for a failure. */
static void check_sum(const char *type, enum bitfield_overflow overflow,
                      int64_t value, int64_t more, bool fits, int64_t due) {
    int64_t sum = 0;
    bool good = bitfield_add(type_of(type), overflow, value, more, &sum);
    CHECK(good == fits);
    if (good && fits)
        CHECK_INT(sum, due);
}

static void test_sums(void) {
    check_sum("u2", BITFIELD_WRAP, 3, 1, true, 0);
    check_sum("u2", BITFIELD_SAT, 3, 1, true, 3);
    check_sum("u2", BITFIELD_FAIL, 3, 1, false, 0);
    check_sum("u2", BITFIELD_SAT, 1, -5, true, 0);
    check_sum("u8", BITFIELD_SAT, -1, 0, true, 255);
    check_sum("u8", BITFIELD_WRAP, -1, 0, true, 255);
    check_sum("i8", BITFIELD_WRAP, 127, 1, true, -128);
    check_sum("i8", BITFIELD_SAT, -128, -1, true, -128);
    check_sum("i8", BITFIELD_FAIL, 127, 0, true, 127);
    check_sum("i64", BITFIELD_WRAP, INT64_MAX, 1, true, INT64_MIN);
    check_sum("i64", BITFIELD_SAT, INT64_MAX, 1, true, INT64_MAX);
    check_sum("i64", BITFIELD_SAT, INT64_MIN, -1, true, INT64_MIN);
    check_sum("i64", BITFIELD_FAIL, INT64_MIN, -1, false, 0);
    check_sum("u63", BITFIELD_SAT, INT64_MAX, INT64_MAX, true, INT64_MAX);
    check_sum("i1", BITFIELD_WRAP, 0, 1, true, -1);
}

int main(void) {
    unit_test("the highest bit comes first", test_order);
    unit_test("ranges are counted and searched", test_ranges);
    unit_test("bytes are combined, short ones too", test_combining);
    unit_test("one bit is found and counted at every place", test_every_place);
    unit_test("every length and offset is combined", test_every_length);
    unit_test("bits are turned over in place", test_in_place);
    unit_test("types of fields", test_types);
    unit_test("places of fields", test_places);
    unit_test("fields are written and read anywhere", test_fields);
    unit_test("sums wrap, stop or fail", test_sums);
    return unit_end();
}
