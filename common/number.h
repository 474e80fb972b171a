/* Numbers as text, strictly.
 *
 * Parsing takes exactly the bytes it is given and accepts one spelling of each
 * number, so that what was parsed prints back to the same bytes. Nothing here
 * needs a terminating NUL, skips white space, or looks at the locale. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any 64-bit integer in decimal: sign and 20 digits (or 19). */
#define NUMBER_I64_MAX_TEXT 21

/* Room for any finite long double as format_decimal prints it: up to 4933
 * digits before the point and 17 after it. */
#define NUMBER_DECIMAL_MAX_TEXT 5120

/* Reads a decimal integer: an optional '-', then digits without leading zeros.
 * "-0", "+1", " 1", "" and numbers that do not fit 64 bits are refused. Returns
 * false and leaves *out alone if the text is no such number. */
bool parse_i64(const char *text, size_t len, int64_t *out);

/* Writes value in decimal into out and returns how many bytes that took.
 * No NUL is added. */
size_t format_i64(char out[static NUMBER_I64_MAX_TEXT], int64_t value);
size_t format_u64(char out[static NUMBER_I64_MAX_TEXT - 1], uint64_t value);

/* Reads a number of bytes: 100, 100b, 4k, 4kb, 2m, 2mb, 1g, 1gb, where k is a
 * thousand and kb is 1,024, in either case. As in Redis, no digits are a 0.
 * One that is larger than UINT64_MAX is read as that. Returns false if the text
 * is no such number. */
bool parse_memory(const char *text, size_t len, uint64_t *out);

/* Reads a decimal fraction as strtold does (exponents, hexadecimal floats and
 * infinities included), but refuses white space in front, bytes after it, NUL
 * bytes, not-a-number, and what overflows or underflows to zero. Returns false
 * and leaves *out alone then. */
bool parse_decimal(const char *text, size_t len, long double *out);

/* Writes value with 17 digits after the point, then drops the zeros at the
 * end, and the point if nothing follows it: 3.0 is "3", 0.1 is "0.1".
 * Infinities are "inf" and "-inf". Returns how many bytes that took; no NUL is
 * counted. */
size_t format_decimal(char out[static NUMBER_DECIMAL_MAX_TEXT],
                      long double value);

#endif
