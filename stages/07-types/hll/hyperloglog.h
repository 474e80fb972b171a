/* HyperLogLog: estimates how many different elements there were, in a string of
 * at most 12 KiB, with a standard error of 0.81 %.
 *
 * An element's hash selects one of 16384 registers, and the zeros in the rest
 * of the hash say how rare the element is; each register keeps the rarest. The
 * string has Redis's layout, so values can move between the servers:
 *
 *     "HYLL"  encoding  0 0 0  count[8]  registers
 *
 *     encoding   0 dense: 6 bits a register, the lowest bits of a byte first;
 *                1 sparse: runs of equal registers, see hll_sparse.h.
 *     count      the last estimate, little-endian; its highest bit is set if
 *                the registers have changed since.
 *
 * Strings come from clients. hll_is() checks the header alone; the functions
 * that read registers report whether a sparse one is valid. */
#ifndef HYPERLOGLOG_H
#define HYPERLOGLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum {
    HLL_REGISTERS = 16384,
    HLL_HEADER = 16,
    HLL_DENSE_SIZE = HLL_HEADER + HLL_REGISTERS / 8 * 6,
    HLL_VALUE_MAX = 51 /* the zeros of a register: all 50 bits of the rest */
};

/* The bytes that are worked on, with room for more. */
struct hll {
    char *bytes;
    size_t len;
};

enum hll_result { HLL_CORRUPT, HLL_SAME, HLL_CHANGED };

bool hll_is(struct slice bytes);
bool hll_is_dense(struct slice bytes);

/* The length of the longest sparse one: the configured limit, but never more
 * than the registers can need. */
size_t hll_sparse_most(void);

/* The room that is needed to change a string of that length, or an empty
 * HyperLogLog. A dense one never grows. */
size_t hll_room(size_t len);

/* Makes an empty one in the bytes. */
void hll_init(struct hll *hll);

/* Adds an element. The cached count stays: see hll_forget_count(). */
enum hll_result hll_add(struct hll *hll, struct slice element);

/* Raises a register to at least that value. */
enum hll_result hll_raise(struct hll *hll, size_t index, unsigned value);

/* Returns false if it is corrupt; then nothing has changed. */
bool hll_make_dense(struct hll *hll);

/* Gives a dense one these registers. */
void hll_set_all(char *bytes, const uint8_t registers[static HLL_REGISTERS]);

/* Raises each register to its value in the string. Returns false if the string
 * is corrupt. */
bool hll_merge(uint8_t registers[static HLL_REGISTERS], struct slice bytes);

/* Computes the estimate. Returns false if the string is corrupt. */
bool hll_count(struct slice bytes, uint64_t *count);
uint64_t hll_count_registers(const uint8_t registers[static HLL_REGISTERS]);

/* The cached estimate. Returns false if it is out of date. */
bool hll_kept_count(struct slice bytes, uint64_t *count);
void hll_keep_count(char *bytes, uint64_t count);
void hll_forget_count(char *bytes);

#endif
