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

/* Reads [-]digits[.digits] if there are not too many of them, which is quick.
 * Returns false for anything else, which the others may still read. */
bool score_parse_plain(struct slice text, double *out);

/* Reads a score as strtod does, "inf" and "0x1p3" included. Nothing may precede
 * or follow it, and not-a-number is refused. */
bool score_parse(struct slice text, double *out);

/* Reads what strtod() reads at the beginning of a text. Returns the number of
 * bytes; errno is ERANGE if a double cannot hold the number, or else 0. */
size_t score_read(struct slice text, double *out);

/* Reads one end of a range of scores; "(" in front excludes the end itself. As
 * in Redis, white space in front is allowed here, and no characters at all are
 * 0. */
bool score_parse_bound(struct slice text, double *out, bool *excluded);

/* Writes the shortest decimal that reads back as the same score: whole numbers
 * plainly, others with an exponent where that is shorter, as Redis 7.2 does.
 * Returns the length; no NUL is added. */
size_t score_format(char out[static SCORE_MAX_TEXT], double score);

/* The same, but whole numbers may have an exponent too: 1e+8. */
size_t score_format_shortest(char out[static SCORE_MAX_TEXT], double score);

/* Returns true if the score is a whole number that is printed as one, which is
 * within 2^62 of 0. -0 counts as 0. */
bool score_is_integer(double score, int64_t *out);

/* The result of multiplying a score by a weight, or of adding scores; 0 if it
 * is not a number (inf - inf). */
double score_or_zero(double score);

#endif
