#include "loop_timers.h"

int64_t loop_timers_us;
