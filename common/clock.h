/* Two clocks, both in microseconds: one that only goes forward, for waiting and
 * measuring, and the one on the wall, for dates. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Microseconds since an arbitrary moment; never goes back. */
int64_t clock_monotonic_us(void);

/* Microseconds since 1970-01-01 00:00 UTC; may jump when it is set. */
int64_t clock_wall_us(void);

#endif
