/* The sparse form of a HyperLogLog: runs of equal registers, each in one byte
 * or two.
 *
 *     00nnnnnn            n + 1 registers are zero          up to 64
 *     01nnnnnn nnnnnnnn   the same                          up to 16384
 *     1vvvvvnn            n + 1 registers have value v + 1  up to 4 of 32
 *
 * The runs cover all registers, in order. */
#ifndef HLL_SPARSE_H
#define HLL_SPARSE_H

#include "hyperloglog.h"

enum { HLL_SPARSE_VALUE_MAX = 32 };

struct hll_run {
    unsigned value;
    size_t count; /* registers */
    size_t size;  /* bytes */
};

/* Reads the run at a place. Returns false if it is cut short: the missing byte
 * then counts as zero. */
static inline bool hll_sparse_run(const char *at, const char *end,
                                  struct hll_run *run) {
    unsigned char head = (unsigned char)*at;
    bool whole = true;
    *run = (struct hll_run){0, (head & 0x3fU) + 1, 1};
    if (head & 0x80) {
        run->value = (head >> 2 & 0x1fU) + 1;
        run->count = (head & 3U) + 1;
    } else if (head & 0x40) {
        whole = end - at >= 2;
        unsigned char low = whole ? (unsigned char)at[1] : 0;
        run->count = ((head & 0x3fU) << 8 | low) + 1U;
        run->size = 2;
    }
    return whole;
}

/* See hll_raise(). If the sparse form cannot hold the value, since it is too
 * large or the string would become too long, *dense is set and nothing changed.
 */
enum hll_result hll_sparse_raise(struct hll *hll, size_t index, unsigned value,
                                 bool *dense);

#endif
