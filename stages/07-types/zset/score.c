#include "score.h"

#include <assert.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "number.h"
#include "xalloc.h"

/* Whole numbers up to here are printed as integers: far below the overflow of a
 * 64-bit integer. */
static const double INTEGER_MOST = 4611686018427387904.0; /* 2^62 */

/* A decimal number without an exponent does not need strtod, which is slow.
 * With up to 15 digits, the digits as an integer and the power of ten below
 * them are both exact, so their quotient is the nearest double (W. Clinger,
 * "How to read floating point numbers accurately", PLDI 1990). With more digits
 * it is rounded to 64 bits, then to 53. That is the same as rounding once,
 * unless the 11 bits between are exactly half of the last bit that is kept. */
enum { DIGITS_DOUBLE = 15, DIGITS_MOST = 19, PLACES_EXACT = 22 };

static const long double tens[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,
                                   1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L,
                                   1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L,
                                   1e18L, 1e19L, 1e20L, 1e21L, 1e22L};

/* Stores digits / 10^places. Returns false if that may not be the nearest
 * double. */
static bool divide(uint64_t digits, size_t count, size_t places, double *out) {
    if (count <= DIGITS_DOUBLE) {
        *out = (double)digits / (double)tens[places];
        return true;
    }
    if (LDBL_MANT_DIG != 64)
        return false;
    /* x87's format has the 64 bits of the fraction first; a double keeps 53 of
     * them. */
    long double quotient = (long double)digits / tens[places];
    uint64_t bits;
    memcpy(&bits, &quotient, sizeof bits);
    *out = (double)quotient;
    return (bits & 0x7ff) != 0x400;
}

bool score_parse_plain(struct slice text, double *out) {
    bool minus = text.len > 0 && text.ptr[0] == '-';
    size_t point = text.len, count = 0;
    uint64_t digits = 0;
    for (size_t at = minus; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '.' && point == text.len) {
            point = at;
            continue;
        }
        if (c < '0' || c > '9' || count == DIGITS_MOST)
            return false;
        digits = digits * 10 + (uint64_t)(c - '0');
        count += digits > 0; /* leading zeros are no digits */
    }
    bool has_point = point < text.len;
    size_t places = has_point ? text.len - point - 1 : 0;
    double value;
    /* "-", "." and nothing at all are not numbers. */
    if (text.len - minus - has_point == 0 || places > PLACES_EXACT ||
        !divide(digits, count, places, &value))
        return false;
    *out = minus ? -value : value;
    return true;
}

/* strtod() needs a NUL behind the bytes. */
size_t score_read(struct slice text, double *out) {
    char small[64], *copy = small, *end;
    if (text.len >= sizeof small)
        copy = xmalloc(text.len + 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    errno = 0;
    *out = strtod(copy, &end);
    size_t used = (size_t)(end - copy);
    if (copy != small)
        free(copy);
    return used;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool score_parse(struct slice text, double *out) {
    if (score_parse_plain(text, out))
        return true;
    if (text.len == 0 || is_space(text.ptr[0]))
        return false;
    double value;
    if (score_read(text, &value) != text.len || isnan(value))
        return false;
    /* A denormal result sets ERANGE as well, but is a score. */
    if (errno == ERANGE && (isinf(value) || value == 0))
        return false;
    *out = value;
    return true;
}

bool score_parse_bound(struct slice text, double *out, bool *excluded) {
    *excluded = text.len > 0 && text.ptr[0] == '(';
    if (*excluded)
        text = (struct slice){text.ptr + 1, text.len - 1};
    if (score_parse_plain(text, out))
        return true;
    const char *nul = text.len > 0 ? memchr(text.ptr, '\0', text.len) : NULL;
    if (nul != NULL) /* Redis calls strtod() on it, which stops there */
        text.len = (size_t)(nul - text.ptr);
    return score_read(text, out) == text.len && !isnan(*out);
}

bool score_is_integer(double score, int64_t *out) {
    if (!(score >= -INTEGER_MOST && score <= INTEGER_MOST))
        return false;
    *out = (int64_t)score;
    return (double)*out == score;
}

/* Zeros at the end are moved to the power. */
static size_t drop_zeros(const char *digits, size_t count, int *power) {
    for (; count > 1 && digits[count - 1] == '0'; count--)
        ++*power;
    return count;
}

/* Does what shortest() does, without printf and strtod. Returns 0 where that
 * may not be exact. */
static size_t shortest_quick(char digits[static SCORE_MAX_TEXT], double score,
                             int *power) {
    enum { MOST = 17 };
    /* As many places behind the point as give 15 digits in all, or 16: the
     * decimal exponent is at least 0.30102 times the binary one. */
    int places = DIGITS_DOUBLE - 1 - (int)floor(ilogb(score) * 0.30102);
    if (places < 1 || places > PLACES_EXACT + DIGITS_DOUBLE - MOST)
        return 0;
    if (score * tens[places] >= tens[DIGITS_DOUBLE])
        places--;
    for (size_t count = DIGITS_DOUBLE; count <= MOST; count++, places++) {
        long double scaled = score * tens[places];
        uint64_t whole = (uint64_t)scaled;
        long double rest = scaled - (long double)whole;
        double back;
        /* The product has 64 bits, of which at most 57 are whole. So near a
         * half it may be rounded wrongly, but 15 digits are too few then. */
        if ((fabsl(rest - 0.5L) < 1.0L / 128 && count > DIGITS_DOUBLE) ||
            !divide(whole + (rest > 0.5L), count, (size_t)places, &back))
            return 0;
        if (back == score) {
            *power = -places;
            count = format_i64(digits, (int64_t)(whole + (rest > 0.5L)));
            return drop_zeros(digits, count, power);
        }
    }
    return 0;
}

/* The fewest digits that tell a positive number from its neighbours, the first
 * of them not 0: the number is digits * 10^*power. */
static size_t shortest(char digits[static SCORE_MAX_TEXT], double score,
                       int *power) {
    char text[SCORE_MAX_TEXT];
    size_t count = shortest_quick(digits, score, power);
    if (count > 0)
        return count;
    /* Any 15 digits survive the conversion to a double and back, so with fewer
     * of them only zeros at the end would be dropped; 17 are always enough. The
     * smallest doubles hold fewer digits. */
    for (int precision = score < DBL_MIN ? 1 : 15; precision <= 17;
         precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, score);
        if (strtod(text, NULL) == score)
            break;
    }
    /* text is now d.ddde-dd: the digits are those before the e. */
    const char *exponent = strchr(text, 'e');
    assert(exponent != NULL);
    digits[count++] = text[0];
    for (const char *at = text + 1; at < exponent; at++)
        if (*at != '.')
            digits[count++] = *at;
    *power = (int)strtol(exponent + 1, NULL, 10) - (int)count + 1;
    return drop_zeros(digits, count, power);
}

/* Writes a decimal fraction without an exponent; power is negative. */
static size_t write_fraction(char *out, const char *digits, size_t count,
                             size_t behind_point) {
    size_t at = 0;
    if (behind_point >= count) {
        out[at++] = '0';
        out[at++] = '.';
        for (size_t zeros = behind_point - count; zeros > 0; zeros--)
            out[at++] = '0';
        memcpy(out + at, digits, count);
        return at + count;
    }
    size_t before_point = count - behind_point;
    memcpy(out, digits, before_point);
    out[before_point] = '.';
    memcpy(out + before_point + 1, digits + before_point, behind_point);
    return count + 1;
}

/* Writes one digit before the point, and an exponent. */
static size_t write_exponent(char *out, const char *digits, size_t count,
                             int exponent) {
    size_t at = 0;
    out[at++] = digits[0];
    if (count > 1) {
        out[at++] = '.';
        memcpy(out + at, digits + 1, count - 1);
        at += count - 1;
    }
    out[at++] = 'e';
    if (exponent >= 0)
        out[at++] = '+';
    return at + format_i64(out + at, exponent);
}

/* Up to that many zeros are written before an exponent is used. The bounds are
 * those of fpconv, the library that Redis 7.2 writes doubles with. */
enum { ZEROS_MOST = 7, PLACES_MOST = 6, EXPONENT_LEAST = 4 };

static size_t write_positive(char *out, double score) {
    char digits[SCORE_MAX_TEXT];
    int power;
    size_t count = shortest(digits, score, &power);
    int exponent = power + (int)count - 1;
    if (power >= 0 && power <= ZEROS_MOST) {
        memcpy(out, digits, count);
        memset(out + count, '0', (size_t)power);
        return count + (size_t)power;
    }
    if (power < 0 && (power >= -PLACES_MOST || abs(exponent) < EXPONENT_LEAST))
        return write_fraction(out, digits, count, (size_t)-power);
    return write_exponent(out, digits, count, exponent);
}

size_t score_format(char out[static SCORE_MAX_TEXT], double score) {
    int64_t integer;
    if (score_is_integer(score, &integer) && score != 0) /* -0 keeps its sign */
        return format_i64(out, integer);
    return score_format_shortest(out, score);
}

size_t score_format_shortest(char out[static SCORE_MAX_TEXT], double score) {
    size_t at = 0;
    if (signbit(score))
        out[at++] = '-';
    if (isinf(score)) {
        memcpy(out + at, "inf", 3);
        return at + 3;
    }
    if (score == 0) {
        out[at++] = '0';
        return at;
    }
    return at + write_positive(out + at, fabs(score));
}

double score_or_zero(double score) {
    return isnan(score) ? 0 : score;
}
