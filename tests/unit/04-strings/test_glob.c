/* Patterns: the rules, the broken-off ones, and their cost. */
#include "glob.h"

#include <stdlib.h>

#include "unit.h"

static bool match(const char *pattern, const char *text, bool ignore_case) {
    /* In blocks of exactly their size, so that a look past the end is seen. */
    size_t p_len = strlen(pattern), t_len = strlen(text);
    struct slice p = {malloc(p_len + (p_len == 0)), p_len};
    struct slice t = {malloc(t_len + (t_len == 0)), t_len};
    memcpy(p.ptr, pattern, p_len);
    memcpy(t.ptr, text, t_len);
    bool matched = glob_match(p, t, ignore_case);
    free(p.ptr);
    free(t.ptr);
    return matched;
}

#define FITS(pattern, text) CHECK(match(pattern, text, false))
#define MISSES(pattern, text) CHECK(!match(pattern, text, false))

static void test_plain(void) {
    FITS("", "");
    FITS("abc", "abc");
    MISSES("abc", "abcd");
    MISSES("abcd", "abc");
    MISSES("abc", "aBc");
    MISSES("", "a");
    MISSES("a", "");
}

static void test_wildcards(void) {
    FITS("*", "");
    FITS("*", "abc");
    FITS("a*", "a");
    FITS("*c", "abc");
    FITS("a*b*c", "aXbXbXc");
    FITS("a**c", "abc");
    FITS("abc***", "abc");
    MISSES("a*b*c", "aXcXb");
    FITS("?", "a");
    FITS("h?llo", "hallo");
    FITS("*?", "a");
    MISSES("?", "");
    MISSES("??", "a");
    MISSES("h?llo", "hllo");
    /* As in Redis. */
    MISSES("**", "");
}

static void test_classes(void) {
    FITS("h[ae]llo", "hallo");
    MISSES("h[ae]llo", "hillo");
    FITS("[a-c]", "b");
    FITS("[c-a]", "b");
    MISSES("[a-c]", "d");
    FITS("[^a-c]", "d");
    MISSES("[^a-c]", "b");
    MISSES("[^a]", "");
    FITS("[a^]", "^");
    FITS("[\\]]", "]");
    FITS("[\\-a]", "-");
    MISSES("[]", "a");
    FITS("[^]", "a");
    FITS("*[0-9]", "key:7");
    /* A class that is not closed reaches to the end. */
    FITS("[abc", "b");
    MISSES("[abc", "bc");
    MISSES("[", "a");
    FITS("[^", "a");
    /* "a-]" is a range from a down to ]. */
    FITS("[a-]", "^");
}

static void test_escapes(void) {
    FITS("\\*", "*");
    MISSES("\\*", "a");
    FITS("\\?\\[", "?[");
    FITS("\\a", "a");
    FITS("\\\\", "\\");
    FITS("\\", "\\");
}

static void test_case(void) {
    CHECK(match("AbC", "aBc", true));
    CHECK(match("[A-C]", "b", true));
    CHECK(match("[a-c]", "B", true));
    CHECK(match("\\A", "a", true));
    CHECK(!match("a", "b", true));
    CHECK(!match("[\\A]", "a", true));
}

/* Every pattern and every text of some letters, against a matcher that is
 * plain and slow. */
static bool slow_match(const char *p, const char *t) {
    if (*p == '\0')
        return *t == '\0';
    if (*p == '*')
        return slow_match(p + 1, t) || (*t != '\0' && slow_match(p, t + 1));
    return *t != '\0' && (*p == '?' || *p == *t) && slow_match(p + 1, t + 1);
}

/* Writes number n as letters. Returns false when more would be needed. */
static bool spell(char out[static 7], unsigned n, const char *letters) {
    unsigned base = (unsigned)strlen(letters), len = 0;
    for (; n > 0 && len < 6; n /= base + 1) {
        if (n % (base + 1) == 0)
            return false;
        out[len++] = letters[n % (base + 1) - 1];
    }
    out[len] = '\0';
    return n == 0;
}

static void test_all_small(void) {
    char pattern[7], text[7];
    unsigned wrong = 0;
    for (unsigned p = 0; p < 3125; p++) {
        if (!spell(pattern, p, "ab*?"))
            continue;
        for (unsigned t = 0; t < 243; t++)
            if (spell(text, t, "ab") &&
                (text[0] != '\0' || strlen(pattern) < 2))
                wrong +=
                    match(pattern, text, false) != slow_match(pattern, text);
    }
    CHECK_INT(wrong, 0);
}

/* A matcher that tries all ways of each star would not end within a life. */
static void test_cost(void) {
    char pattern[202], text[4096];
    for (size_t i = 0; i < 200; i += 2)
        memcpy(pattern + i, "a*", 2);
    memcpy(pattern + 200, "b", 2);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    MISSES(pattern, text);
}

int main(void) {
    unit_test("a pattern without wildcards", test_plain);
    unit_test("* and ?", test_wildcards);
    unit_test("classes", test_classes);
    unit_test("escaped bytes", test_escapes);
    unit_test("case that does not matter", test_case);
    unit_test("all small patterns against a slow matcher", test_all_small);
    unit_test("many stars cost little", test_cost);
    return unit_end();
}
