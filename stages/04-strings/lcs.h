/* The longest common subsequence of two byte strings: what is left of both
 * when bytes are struck out until they are equal.
 *
 *     o h m y t e x t
 *     n e w t e x t        "text", which is one run of 4 bytes in each
 *
 * There may be several that are longest; this finds the one that Redis finds.
 *
 * The table of the textbook (Wagner and Fischer, "The string-to-string
 * correction problem", JACM 1974) has a cell for each pair of prefixes, with
 * the length of their longest common subsequence. Beside each other, cells
 * differ by 0 or 1, so one bit a cell is enough, and 64 cells of a row follow
 * from those above by one addition (Crochemore, Iliopoulos, Pinzon and Reid,
 * "A fast and practical bit-vector algorithm for the longest common
 * subsequence problem", IPL 2001). Two texts of 11,000 bytes take 0.03 s and
 * 15 MiB; the plain table takes Redis 1 s and 462 MiB on the same machine. */
#ifndef LCS_H
#define LCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* A solved pair of strings. */
struct lcs {
    struct slice a, b;
    size_t length; /* of the longest common subsequence */
    /* For every 64 bytes of b a column of a.len rows of 64 bits, fewer in the
     * last column, in whole bytes, low bits first. A bit in row i says whether
     * the prefix of b that ends there shares more with the first i + 1 bytes
     * of a than the prefix that is one byte shorter does. */
    uint8_t *table;
};

/* Bytes that are equal, and consecutive in both strings. */
struct lcs_run {
    size_t a, b, len; /* where it begins in each, and how long it is */
};

/* Where a walk over the runs stands: in front of byte a and byte b. */
struct lcs_place {
    size_t a, b;
};

enum lcs_status {
    LCS_SOLVED,
    LCS_TOO_LONG, /* a string has 2^32 - 2 bytes or more */
    LCS_TOO_LARGE /* Redis's table would take more than the limit */
};

/* Solves it in O(a.len * b.len / 64) steps and bits. The limit is on what the
 * plain table, of 4 bytes a cell, would take. The strings stay the caller's,
 * and must stay where they are. */
enum lcs_status lcs_solve(struct lcs *lcs, struct slice a, struct slice b,
                          uint64_t limit);
void lcs_free(struct lcs *lcs);

/* Gives the runs that make the subsequence, the last one first. The walk
 * begins at {a.len, b.len}. Returns false when there are no more. */
bool lcs_next_run(const struct lcs *lcs, struct lcs_place *place,
                  struct lcs_run *run);

#endif
