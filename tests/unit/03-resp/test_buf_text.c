/* Text at the end of a buffer, also where it is longer than most. */
#include "buf_text.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "unit.h"

static void test_text(void) {
    struct buf out = {0};
    buf_text(&out, "one");
    buf_text(&out, NULL);
    buf_text(&out, "");
    buf_text(&out, " two");
    CHECK_TEXT(buf_bytes(&out), buf_len(&out), "one two");
    buf_free(&out);
}

/* Whatever the length is, what came before stays, and no byte is lost. */
static void test_format(void) {
    for (int len = 0; len < 2000; len += 1 + len / 600 * 100) {
        struct buf out = {0};
        char due[2100];
        snprintf(due, sizeof due, "before %*d", len, 7);
        buf_text(&out, "before ");
        buf_text_format(&out, "%*d", len, 7);
        CHECK_TEXT(buf_bytes(&out), buf_len(&out), due);
        buf_free(&out);
    }
}

/* Checks one format against what the C library writes. */
#define CHECK_FORMAT(...)                                        \
    do {                                                         \
        struct buf out = {0};                                    \
        char due[256];                                           \
        snprintf(due, sizeof due, __VA_ARGS__);                  \
        buf_text(&out, "before ");                               \
        buf_text_format(&out, __VA_ARGS__);                      \
        CHECK(memcmp(buf_bytes(&out), "before ", 7) == 0);       \
        CHECK_TEXT(buf_bytes(&out) + 7, buf_len(&out) - 7, due); \
        buf_free(&out);                                          \
    } while (0)

static void test_directives(void) {
    CHECK_FORMAT("no directive");
    CHECK_FORMAT("%d %u", INT_MIN, UINT_MAX);
    CHECK_FORMAT("%ld,%lu", LONG_MIN, ULONG_MAX);
    CHECK_FORMAT("%lld,%llu.", LLONG_MIN, ULLONG_MAX);
    CHECK_FORMAT("a%zub%zu", SIZE_MAX, (size_t)0);
    CHECK_FORMAT("%s%s|%s", "", "text", "more");
    CHECK_FORMAT("%.*s|%.*s|%.*s|%.*s", 0, "none", 2, "some", 9, "all", -1,
                 "whole");
    CHECK_FORMAT("%d %% %d", 1, 2);
    CHECK_FORMAT("%s %.2f %d", "then", 0.125, 7);
    CHECK_FORMAT("%d %02x %s", -7, 10U, "later");
    CHECK_FORMAT("%c%5d%-5d|%i", 'c', 1, 2, 3);
}

/* Only the bytes that are asked for are read: there may be no NUL. */
static void test_part(void) {
    char *two = malloc(2);
    struct buf out = {0};
    memcpy(two, "ab", 2);
    buf_text_format(&out, "%.*s%d", 2, two, 3);
    CHECK_TEXT(buf_bytes(&out), buf_len(&out), "ab3");
    buf_free(&out);
    free(two);
}

int main(void) {
    unit_test("strings are appended", test_text);
    unit_test("formatted text is appended whole", test_format);
    unit_test("each directive writes what printf() would", test_directives);
    unit_test("a part of a string is read no further", test_part);
    return unit_end();
}
