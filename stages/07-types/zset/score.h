/* Scores: doubles as commands read and print them, and as Redis writes them
 * into its packed blocks. */
#ifndef SCORE_H
#define SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* Room for any score as text. */
enum { SCORE_MAX_TEXT = 32 };

/* Reads a score as strtod does, "inf" and "0x1p3" included; but nothing may
 * stand before or behind it, and not-a-number is none. */
bool score_parse(struct slice text, double *out);

/* Reads one end of a range of scores: "(" in front says that the end itself is
 * not within. Here, as in Redis, white space in front and a number of no
 * characters, 0, are taken. */
bool score_parse_bound(struct slice text, double *out, bool *excluded);

/* Writes the shortest decimal that is read back as the same score: whole
 * numbers plainly, others with an exponent where that is shorter, as Redis 7.2
 * does. Returns how many bytes that took; no NUL is added. */
size_t score_format(char out[static SCORE_MAX_TEXT], double score);

/* The same where whole numbers may have an exponent, too: 1e+8. */
size_t score_format_shortest(char out[static SCORE_MAX_TEXT], double score);

/* Whether a score is a whole number that is printed as one: within 2^62 of 0.
 * -0 counts as 0. */
bool score_is_integer(double score, int64_t *out);

/* What a score times a weight, or a sum of scores is, where there is nothing
 * that it could be (inf - inf): 0. */
double score_or_zero(double score);

#endif
