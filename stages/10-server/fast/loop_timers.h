/* What timers cost: how long their functions have run, for INFO. */
#ifndef LOOP_TIMERS_H
#define LOOP_TIMERS_H

#include <stdint.h>

extern int64_t loop_timers_us;

#endif
