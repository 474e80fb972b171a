#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool parse_i64(const char *text, size_t len, int64_t *out) {
    const char *end = text + len;
    bool negative = len > 0 && *text == '-';
    if (negative)
        text++;
    if (text == end)
        return false;

    /* Zero is the one number that may begin with '0', and it has no sign. */
    if (*text == '0') {
        if (negative || len != 1)
            return false;
        *out = 0;
        return true;
    }

    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t value = 0;
    for (; text < end; text++) {
        unsigned digit = (unsigned)(unsigned char)*text - '0';
        if (digit > 9)
            return false;
        /* Would value * 10 + digit exceed the limit? The sum could overflow. */
        if (value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    /* Negated before the conversion: INT64_MIN has no positive counterpart. */
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* A number of n bits has n * log10(2) digits, rounded down, or one more. 1233 /
 * 4096 is slightly more than that logarithm. */
static size_t count_digits(uint64_t value) {
    static const uint64_t powers[] = {0,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000,
                                      10000000000000000,
                                      100000000000000000,
                                      1000000000000000000,
                                      10000000000000000000u};
    size_t bits = 64 - (size_t)__builtin_clzll(value | 1); /* 0 has one digit */
    size_t least = bits * 1233 >> 12;
    return least + (value >= powers[least]);
}

/* The numbers from 00 to 99, so that one division yields two digits. */
static const char two_digits[] = "00010203040506070809"
                                 "10111213141516171819"
                                 "20212223242526272829"
                                 "30313233343536373839"
                                 "40414243444546474849"
                                 "50515253545556575859"
                                 "60616263646566676869"
                                 "70717273747576777879"
                                 "80818283848586878889"
                                 "90919293949596979899";

size_t format_u64(char out[static NUMBER_I64_MAX_TEXT - 1], uint64_t value) {
    size_t count = count_digits(value);
    char *at = out + count; /* the digits come out last first */
    for (; value >= 100; value /= 100) {
        at -= 2;
        memcpy(at, two_digits + 2 * (value % 100), 2);
    }
    if (value >= 10)
        memcpy(out, two_digits + 2 * value, 2);
    else
        out[0] = (char)('0' + value);
    return count;
}

size_t format_i64(char out[static NUMBER_I64_MAX_TEXT], int64_t value) {
    if (value >= 0)
        return format_u64(out, (uint64_t)value);
    out[0] = '-';
    return 1 + format_u64(out + 1, 0 - (uint64_t)value);
}

bool parse_memory(const char *text, size_t len, uint64_t *out) {
    enum { MEMORY_DIGITS_MAX = 127 }; /* as in Redis, zeros in front included */
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {
        {"", 1},           {"b", 1},
        {"k", 1000},       {"kb", UINT64_C(1) << 10},
        {"m", 1000000},    {"mb", UINT64_C(1) << 20},
        {"g", 1000000000}, {"gb", UINT64_C(1) << 30},
    };
    size_t digits = 0;
    while (digits < len && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    if (digits > MEMORY_DIGITS_MAX)
        return false;
    uint64_t count = 0;
    bool fits = true;
    for (size_t i = 0; i < digits && fits; i++)
        fits = !__builtin_mul_overflow(count, 10, &count) &&
               !__builtin_add_overflow(count, text[i] - '0', &count);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].name) == len - digits &&
            strncasecmp(text + digits, units[i].name, len - digits) == 0) {
            if (!fits || __builtin_mul_overflow(count, units[i].bytes, out))
                *out = UINT64_MAX;
            return true;
        }
    return false;
}

bool parse_decimal(const char *text, size_t len, long double *out) {
    char copy[NUMBER_DECIMAL_MAX_TEXT];
    if (len == 0 || len >= sizeof copy || isspace((unsigned char)text[0]))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0'; /* strtold() reads to a NUL */
    char *end;
    errno = 0;
    long double value = strtold(copy, &end);
    /* A NUL among the bytes ends the number too early. */
    if (end != copy + len || isnan(value))
        return false;
    /* A written infinity ("inf") is a number. One that overflowed to infinity
     * or underflowed to zero is not. */
    if (errno == ERANGE && (isinf(value) || value == 0))
        return false;
    *out = value;
    return true;
}

size_t format_decimal(char out[static NUMBER_DECIMAL_MAX_TEXT],
                      long double value) {
    if (isinf(value)) {
        const char *text = value > 0 ? "inf" : "-inf";
        memcpy(out, text, strlen(text));
        return strlen(text);
    }
    int printed = snprintf(out, NUMBER_DECIMAL_MAX_TEXT, "%.17Lf", value);
    size_t n = (size_t)printed;
    while (out[n - 1] == '0') /* the point ends this, if nothing else */
        n--;
    if (out[n - 1] == '.')
        n--;
    /* A small negative number may have been rounded to -0. */
    if (n == 2 && out[0] == '-' && out[1] == '0') {
        out[0] = '0';
        n = 1;
    }
    return n;
}
