/* The estimate of a HyperLogLog, from the number of registers with each value.
 */
#ifndef HLL_ESTIMATE_H
#define HLL_ESTIMATE_H

#include <stdint.h>

#include "hyperloglog.h"

/* There is room for every value of 6 bits, though registers made from hashes
 * are never above HLL_VALUE_MAX. */
struct hll_histogram {
    uint32_t registers[64];
};

uint64_t hll_estimate(const struct hll_histogram *histogram);

#endif
