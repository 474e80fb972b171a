/* The estimate of a HyperLogLog, from how many registers have each value. */
#ifndef HLL_ESTIMATE_H
#define HLL_ESTIMATE_H

#include <stdint.h>

#include "hyperloglog.h"

/* Room for every value that 6 bits can have, though none is above
 * HLL_VALUE_MAX where the registers were made from hashes. */
struct hll_histogram {
    uint32_t registers[64];
};

uint64_t hll_estimate(const struct hll_histogram *histogram);

#endif
