/* What a unit test needs: checks that tell what they saw, a test's name in the
 * output, and random numbers that are the same in every run.
 *
 *     static void test_empty(void) {
 *         struct dict *dict = dict_new();
 *         CHECK(dict_count(dict) == 0);
 *         CHECK_INT(dict_count(dict), 0);
 *         dict_free(dict);
 *     }
 *
 *     int main(void) {
 *         unit_test("an empty dict holds nothing", test_empty);
 *         return unit_end();
 *     }
 *
 * A failed check prints where and what, and the test goes on. Each test prints
 * one line, "ok NAME" or "not ok NAME"; tests/unit/run counts them. */
#ifndef UNIT_H
#define UNIT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A test that breaks in a loop shall not print a million lines. */
#define UNIT_COMPLAINTS_MAX 10

static size_t unit_failed_tests;
static size_t unit_failed_checks; /* in the running test */

/* Counts a failed check; true when it is still to be told. */
static inline bool unit_complain(const char *file, int line) {
    if (++unit_failed_checks > UNIT_COMPLAINTS_MAX)
        return false;
    printf("# %s:%d: ", file, line);
    return true;
}

static inline bool unit_check(bool good, const char *text, const char *file,
                              int line) {
    if (!good && unit_complain(file, line))
        printf("not so: %s\n", text);
    return good;
}

static inline bool unit_check_int(int64_t seen, int64_t due, const char *text,
                                  const char *file, int line) {
    if (seen != due && unit_complain(file, line))
        printf("%s is %" PRId64 ", due is %" PRId64 "\n", text, seen, due);
    return seen == due;
}

static inline void unit_print_bytes(const char *bytes, size_t len) {
    putchar('"');
    for (size_t i = 0; i < len && i < 200; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= ' ' && byte < 127 && byte != '"' && byte != '\\')
            putchar(byte);
        else
            printf("\\x%02x", byte);
    }
    printf("\" (%zu bytes)", len);
}

static inline bool unit_check_bytes(const char *seen, size_t seen_len,
                                    const char *due, size_t due_len,
                                    const char *text, const char *file,
                                    int line) {
    if (seen_len == due_len &&
        (due_len == 0 || memcmp(seen, due, due_len) == 0))
        return true;
    if (unit_complain(file, line)) {
        printf("%s is ", text);
        unit_print_bytes(seen, seen_len);
        printf(", due is ");
        unit_print_bytes(due, due_len);
        printf("\n");
    }
    return false;
}

/* Each is worth whether the check held, so that a test may stop itself. */
#define CHECK(condition) unit_check((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(seen, due) \
    unit_check_int((int64_t)(seen), (int64_t)(due), #seen, __FILE__, __LINE__)
#define CHECK_BYTES(seen, seen_len, due, due_len)                           \
    unit_check_bytes((seen), (seen_len), (due), (due_len), #seen, __FILE__, \
                     __LINE__)
/* due is a C string. */
#define CHECK_TEXT(seen, seen_len, due)                                       \
    unit_check_bytes((seen), (seen_len), (due), strlen(due), #seen, __FILE__, \
                     __LINE__)

static inline void unit_test(const char *name, void (*test)(void)) {
    unit_failed_checks = 0;
    test();
    if (unit_failed_checks > 0)
        unit_failed_tests++;
    printf("%s %s\n", unit_failed_checks > 0 ? "not ok" : "ok", name);
    fflush(stdout);
}

/* What main returns. */
static inline int unit_end(void) {
    return unit_failed_tests > 0 ? 1 : 0;
}

/* The next of a row of random numbers (SplitMix64); any seed will do. */
static inline uint64_t unit_random(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A random number below limit, which is not 0. The low ones are favoured by
 * less than one in 2^32 for limits up to 2^32. */
static inline uint64_t unit_random_below(uint64_t *state, uint64_t limit) {
    return unit_random(state) % limit;
}

#endif
