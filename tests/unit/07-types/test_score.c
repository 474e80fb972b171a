/* Scores: what is read, and what is printed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "score.h"
#include "unit.h"

static void check_printed(double score, const char *due) {
    char out[SCORE_MAX_TEXT];
    size_t size = score_format(out, score);
    CHECK_TEXT(out, size, due);
}

static void test_integers(void) {
    check_printed(0, "0");
    check_printed(-0.0, "-0");
    check_printed(7, "7");
    check_printed(-20, "-20");
    check_printed(4503599627370496.0, "4503599627370496");
    check_printed(-4503599627370496.0, "-4503599627370496");
    check_printed(123456789012345680.0, "123456789012345680");
    check_printed(1e17, "100000000000000000");
    check_printed(-1e18, "-1000000000000000000");
    check_printed(4611686018427387904.0, "4611686018427387904");
    check_printed(1e19, "1e+19");
    check_printed(12345678901234567890.0, "12345678901234567000");
    check_printed(-12345678901234567890.0, "-12345678901234567000");
    check_printed(-1.2345678901234569e23, "-123456789012345690000000");
    check_printed(1e20, "1e+20");
    check_printed(1e21, "1e+21");
    check_printed(-1e300, "-1e+300");
    check_printed(INFINITY, "inf");
    check_printed(-INFINITY, "-inf");
}

/* For a digest nothing is written as an integer. */
static void test_shortest(void) {
    char out[SCORE_MAX_TEXT];
    CHECK_TEXT(out, score_format_shortest(out, 123456), "123456");
    CHECK_TEXT(out, score_format_shortest(out, 1e7), "10000000");
    CHECK_TEXT(out, score_format_shortest(out, 1e8), "1e+8");
    CHECK_TEXT(out, score_format_shortest(out, -0.0), "-0");
    CHECK_TEXT(out, score_format_shortest(out, 0.1), "0.1");
}

static void test_fractions(void) {
    check_printed(0.1, "0.1");
    check_printed(-2.5, "-2.5");
    check_printed(3.14159, "3.14159");
    check_printed(0.1 + 0.2, "0.30000000000000004");
    check_printed(0.000001, "0.000001");
    check_printed(1e-7, "1e-7");
    check_printed(1.5e-10, "1.5e-10");
    check_printed(1.0 / 3, "0.3333333333333333");
    check_printed(12345.6789012345, "1.23456789012345e+4");
    check_printed(1.7976931348623157e308, "1.7976931348623157e+308");
    check_printed(5e-324, "5e-324");
}

/* Whatever is printed is read back as the same score. */
static void test_back(void) {
    uint64_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = unit_random(&seed);
        double score, back = 0;
        if (i % 2)
            score = (double)(int64_t)bits / 1000;
        else
            memcpy(&score, &bits, sizeof score);
        if (isnan(score))
            continue;
        char out[SCORE_MAX_TEXT];
        size_t size = score_format(out, score);
        CHECK(size <= SCORE_MAX_TEXT);
        CHECK(score_parse((struct slice){out, size}, &back) && back == score);
    }
}

/* The digits of a number without point, exponent, and zeros at both ends. */
static size_t digits_of(char *digits, const char *text, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size && text[i] != 'e'; i++)
        if (text[i] != '.' && (text[i] != '0' || count > 0))
            digits[count++] = text[i];
    while (count > 0 && digits[count - 1] == '0')
        count--;
    return count;
}

/* The digits are those that printf gives for the least precision from which the
 * score is read back. */
static void test_fewest(void) {
    uint64_t seed = 2;
    for (int i = 0; i < 200000; i++) {
        static const double by[] = {100, 7, 1e-3, 1e8, 1.37, 1e15};
        double score = (double)(unit_random(&seed) >> i % 60) / by[i % 6];
        char out[SCORE_MAX_TEXT], digits[SCORE_MAX_TEXT], text[64], due[64];
        int precision = 14, size;
        do
            size = snprintf(text, sizeof text, "%.*e", precision++, score);
        while (strtod(text, NULL) != score);
        size_t count = digits_of(due, text, (size_t)size);
        size_t printed = score_format_shortest(out, score);
        CHECK_INT(digits_of(digits, out, printed), count);
        CHECK(memcmp(digits, due, count) == 0);
    }
}

static void check_read(const char *text, double due) {
    double score = -1;
    CHECK(score_parse(slice_of(text), &score));
    CHECK(score == due);
}

static void test_read(void) {
    static const char *const wrong[] = {"",    " 1",    "1 ",     "nan", "x",
                                        "1,5", "1e400", "1e-400", "(1",  "--1"};
    check_read("12", 12);
    check_read("-0.5", -0.5);
    check_read("+3", 3);
    check_read("inf", INFINITY);
    check_read("-INF", -INFINITY);
    check_read("0x10", 16);
    check_read("1e3", 1000);
    check_read("00000000000000000000000000000000000000000000000000000000000000"
               "0000000000000000000000000000000000000007",
               7);
    double score = 5;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!score_parse(slice_of(wrong[i]), &score));
    CHECK(!score_parse((struct slice){(char[]){'1', '\0', '2'}, 3}, &score));
    CHECK(score == 5);
}

static void test_bounds(void) {
    double score;
    bool excluded;
    CHECK(score_parse_bound(slice_of("(1.5"), &score, &excluded));
    CHECK(score == 1.5 && excluded);
    CHECK(score_parse_bound(slice_of("-inf"), &score, &excluded));
    CHECK(isinf(score) && !excluded);
    CHECK(score_parse_bound(slice_of("("), &score, &excluded));
    CHECK(score == 0 && excluded);
    CHECK(score_parse_bound(slice_of(" 2"), &score, &excluded));
    CHECK(score == 2 && !excluded);
    CHECK(!score_parse_bound(slice_of("(nan"), &score, &excluded));
    CHECK(!score_parse_bound(slice_of("((1"), &score, &excluded));
    CHECK(!score_parse_bound(slice_of("1x"), &score, &excluded));
}

/* Decimals of every length, with and without a point, to the bit. */
static void test_short(void) {
    uint64_t state = 15;
    for (int turn = 0; turn < 200000; turn++) {
        char text[40] = "";
        size_t len = 0, digits = unit_random_below(&state, 20);
        size_t point = unit_random_below(&state, 20);
        if (unit_random_below(&state, 3) == 0)
            text[len++] = '-';
        for (size_t i = 0; i < digits; i++) {
            if (i == point)
                text[len++] = '.';
            text[len++] = (char)('0' + unit_random_below(&state, 10));
        }
        double seen = 0, due = strtod(text, NULL);
        bool good = score_parse((struct slice){text, len}, &seen);
        CHECK(good == (digits > 0));
        if (good && memcmp(&seen, &due, sizeof due) != 0)
            CHECK_TEXT(text, len, "a number read another way");
    }
}

int main(void) {
    unit_test("whole numbers are printed as Redis 7.2 does", test_integers);
    unit_test("score: the shortest text", test_shortest);
    unit_test("so are fractions", test_fractions);
    unit_test("what is printed is read back", test_back);
    unit_test("no digit more is printed than is needed", test_fewest);
    unit_test("a score is a number and nothing else", test_read);
    unit_test("short decimals are read to the bit", test_short);
    unit_test("an end of a range may be excluded", test_bounds);
    return unit_end();
}
