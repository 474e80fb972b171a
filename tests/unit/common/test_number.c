/* Numbers as text: one spelling each, and back again. */
#include "number.h"

#include <float.h>
#include <math.h>

#include "unit.h"

static bool parses(const char *text, int64_t *out) {
    return parse_i64(text, strlen(text), out);
}

/* Numbers of each length, around each power of ten. */
static void test_lengths(void) {
    uint64_t power = 1;
    for (size_t digits = 1; digits <= 20; digits++, power *= 10) {
        const uint64_t numbers[] = {power - 1, power, power + 1, power * 3 / 2};
        for (size_t i = 0; i < 4; i++) {
            char due[32], got[NUMBER_I64_MAX_TEXT];
            snprintf(due, sizeof due, "%llu", (unsigned long long)numbers[i]);
            CHECK_TEXT(got, format_u64(got, numbers[i]), due);
        }
    }
}

static void test_good_integers(void) {
    static const struct {
        const char *text;
        int64_t due;
    } good[] = {
        {"0", 0},
        {"7", 7},
        {"-1", -1},
        {"10", 10},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t seen = 42;
        CHECK(parses(good[i].text, &seen));
        CHECK_INT(seen, good[i].due);
        char back[NUMBER_I64_MAX_TEXT];
        CHECK_TEXT(back, format_i64(back, seen), good[i].text);
    }
}

static void test_bad_integers(void) {
    static const char *const bad[] = {
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "01",
        "-0",
        "00",
        "-01",
        "1a",
        "0x1",
        "1.0",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t seen = 42;
        if (!CHECK(!parses(bad[i], &seen)))
            printf("# it was \"%s\"\n", bad[i]);
        CHECK_INT(seen, 42);
    }
    int64_t seen = 42;
    CHECK(!parse_i64("1\0", 2, &seen));
}

static void test_random_integers(void) {
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        /* Every length of number comes up. */
        int64_t value = (int64_t)(unit_random(&state) >> (i % 64));
        if (i % 2 == 0)
            value = (int64_t)(0 - (uint64_t)value);
        char text[NUMBER_I64_MAX_TEXT];
        size_t len = format_i64(text, value);
        int64_t back;
        CHECK(parse_i64(text, len, &back) && back == value);
    }
}

static void check_decimal(const char *text, const char *due) {
    long double value;
    if (!CHECK(parse_decimal(text, strlen(text), &value))) {
        printf("# it was \"%s\"\n", text);
        return;
    }
    char back[NUMBER_DECIMAL_MAX_TEXT];
    CHECK_TEXT(back, format_decimal(back, value), due);
}

static void test_decimals(void) {
    check_decimal("0", "0");
    check_decimal("-0", "0");
    check_decimal("3.0", "3");
    check_decimal("0.1", "0.1");
    check_decimal("10.50", "10.5");
    check_decimal("-2.25", "-2.25");
    check_decimal("1e3", "1000");
    check_decimal("100", "100");
    check_decimal("inf", "inf");
    check_decimal("-inf", "-inf");
    static const char *const bad[] = {"", " 1", "1 ", "nan", "1x", "e"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        long double value;
        CHECK(!parse_decimal(bad[i], strlen(bad[i]), &value));
    }
}

static void test_memory(void) {
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"0", 0},
                {"100", 100},
                {"7b", 7},
                {"3k", 3000},
                {"3Kb", 3072},
                {"2m", 2000000},
                {"2MB", 2097152},
                {"1g", 1000000000},
                {"1gb", 1073741824},
                {"", 0},
                {"kb", 0},
                {"01", 1},
                {"9223372036854775807", INT64_MAX},
                {"9223372036854775808", UINT64_C(1) << 63},
                {"18446744073709551615", UINT64_MAX},
                {"18446744073709551616", UINT64_MAX},
                {"18446744073709551617b", UINT64_MAX},
                {"9223372036854775807k", UINT64_MAX},
                {"8589934592gb", UINT64_C(1) << 63},
                {"17179869184gb", UINT64_MAX}};
    static const char *const bad[] = {"1 kb", "-1",   "1.5k",
                                      "1t",   "1kbb", "9223372036854775808x"};
    uint64_t value = 7;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(parse_memory(good[i].text, strlen(good[i].text), &value));
        CHECK(value == good[i].bytes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!parse_memory(bad[i], strlen(bad[i]), &value));
    char many[128];
    memset(many, '0', sizeof many);
    CHECK(parse_memory(many, sizeof many - 1, &value));
    CHECK(!parse_memory(many, sizeof many, &value));
}

static void test_longest_decimal(void) {
    char text[NUMBER_DECIMAL_MAX_TEXT];
    size_t len = format_decimal(text, -LDBL_MAX);
    CHECK(len > 4000 && len < sizeof text);
    long double back;
    CHECK(parse_decimal(text, len, &back));
    CHECK(back == -LDBL_MAX);
}

int main(void) {
    unit_test("numbers of all lengths are written", test_lengths);
    unit_test("good integers are read, and print back", test_good_integers);
    unit_test("bad integers are refused, nothing stored", test_bad_integers);
    unit_test("any integer survives the way there and back",
              test_random_integers);
    unit_test("decimals lose their zeros at the end", test_decimals);
    unit_test("numbers of bytes, with their units", test_memory);
    unit_test("the longest decimal fits its buffer", test_longest_decimal);
    return unit_end();
}
