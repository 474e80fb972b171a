/* The longest common subsequence of two byte strings: what remains of both when
 * bytes are struck out until they are equal.
 *
 *     o h m y t e x t
 *     n e w t e x t        "text", which is one run of 4 bytes in each
 *
 * If several are longest, this finds the one that Redis finds.
 *
 * It uses the textbook's table (Wagner and Fischer, "The string-to-string
 * correction problem", JACM 1974): a cell for each pair of prefixes, with the
 * length of their longest common subsequence. A cell follows from those above
 * it and to its left, and the way back from the last cell tells which bytes
 * were taken. */
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
    void *table;   /* lcs.c knows what is in it */
};

/* Bytes that are equal, and consecutive in both strings. */
struct lcs_run {
    size_t a, b, len; /* where it begins in each, and how long it is */
};

/* Computes the table. Time and memory grow with the product of the lengths.
 * Returns false if a table of 4 bytes a cell would take more bytes than the
 * limit. The strings remain the caller's, and must stay where they are until
 * lcs_free(). */
bool lcs_solve(struct lcs *lcs, struct slice a, struct slice b, uint64_t limit);
void lcs_free(struct lcs *lcs);

/* Yields the runs of the subsequence, the last one first: each call replaces
 * *run by the run before it. The first call is given {a.len, b.len}. Returns
 * false when there are no more. */
bool lcs_next_run(const struct lcs *lcs, struct lcs_run *run);

#endif
