#include "lcs.h"

#include <stdlib.h>

#include "xalloc.h"

/* Returns the cell for the first a_len bytes of a and the first b_len of b. */
static inline uint32_t *cell(const struct lcs *lcs, size_t a_len,
                             size_t b_len) {
    return (uint32_t *)lcs->table + a_len * (lcs->b.len + 1) + b_len;
}

/* Fills the table row by row. The first row and the first column, which stand
 * for empty prefixes, are 0 already. */
static void fill(struct lcs *lcs) {
    for (size_t a = 1; a <= lcs->a.len; a++) {
        for (size_t b = 1; b <= lcs->b.len; b++) {
            uint32_t above = *cell(lcs, a - 1, b);
            uint32_t left = *cell(lcs, a, b - 1);
            if (lcs->a.ptr[a - 1] == lcs->b.ptr[b - 1])
                *cell(lcs, a, b) = *cell(lcs, a - 1, b - 1) + 1;
            else
                *cell(lcs, a, b) = above > left ? above : left;
        }
    }
}

bool lcs_solve(struct lcs *lcs, struct slice a, struct slice b,
               uint64_t limit) {
    /* No overflow: a string is shorter than 2^31 bytes. */
    uint64_t cells = ((uint64_t)a.len + 1) * ((uint64_t)b.len + 1);
    if (cells > limit / sizeof(uint32_t))
        return false;
    *lcs = (struct lcs){.a = a, .b = b};
    lcs->table = xcalloc(cells, sizeof(uint32_t));
    fill(lcs);
    lcs->length = *cell(lcs, a.len, b.len);
    return true;
}

void lcs_free(struct lcs *lcs) {
    free(lcs->table);
}

/* Walks from the last cell back to the first. Equal bytes belong to the
 * subsequence. Where they differ, the walk goes to the larger of the two
 * neighbours, and to the left one if they are equal, as in Redis. */
bool lcs_next_run(const struct lcs *lcs, struct lcs_run *run) {
    size_t a = run->a, b = run->b;
    while (a > 0 && b > 0 && lcs->a.ptr[a - 1] != lcs->b.ptr[b - 1]) {
        if (*cell(lcs, a - 1, b) > *cell(lcs, a, b - 1))
            a--;
        else
            b--;
    }
    size_t end = a;
    while (a > 0 && b > 0 && lcs->a.ptr[a - 1] == lcs->b.ptr[b - 1]) {
        a--;
        b--;
    }
    *run = (struct lcs_run){a, b, end - a};
    return run->len > 0;
}
