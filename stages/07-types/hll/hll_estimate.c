/* The estimator of Otmar Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (2017), algorithm 6. It needs no tables and no bound at
 * which another formula takes over. Each sum is computed until its terms change
 * nothing any more, so that all servers get the same number. */
#include "hll_estimate.h"

#include <math.h>

/* 1 / (2 ln 2) */
static const double ALPHA = 0.721347520444481703680;

/* The share of the small counts: x + sum of x^(2^k) 2^(k-1). */
static double sigma(double x) {
    double sum = x, before, power = 1;
    if (x >= 1)
        return INFINITY;
    do {
        before = sum;
        x *= x;
        sum += x * power;
        power += power;
    } while (sum > before);
    return sum;
}

/* The share of the large counts: a third of 1 - x - sum of (1 - x^(2^-k))^2
 * 2^-k. */
static double tau(double x) {
    double sum = 1 - x, before, power = 1;
    if (x <= 0 || x >= 1)
        return 0;
    do {
        before = sum;
        x = sqrt(x);
        power *= 0.5;
        sum -= (1 - x) * (1 - x) * power;
    } while (sum < before);
    return sum / 3;
}

uint64_t hll_estimate(const struct hll_histogram *histogram) {
    const double m = HLL_REGISTERS;
    const uint32_t *registers = histogram->registers;
    double z = m * tau((m - registers[HLL_VALUE_MAX]) / m);
    /* The sum of all registers' 2^-value, by Horner's scheme. */
    for (int value = HLL_VALUE_MAX - 1; value >= 1; value--)
        z = (z + registers[value]) * 0.5;
    z += m * sigma(registers[0] / m);
    return (uint64_t)llround(ALPHA * m * m / z);
}
