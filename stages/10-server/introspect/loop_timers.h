/* What timers cost: how long their functions have run, for INFO. The fast form
 * of the loop adds to it; by the plain one it remains 0. */
#ifndef LOOP_TIMERS_H
#define LOOP_TIMERS_H

#include <stdint.h>

extern int64_t loop_timers_us;

#endif
