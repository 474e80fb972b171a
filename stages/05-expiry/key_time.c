#include "key_time.h"

#include "clock.h"
#include "loop.h"

/* The turn that now_ms belongs to, by the loop's clock, which stands still
 * during a turn. No turn begins at -1. */
static int64_t turn_us = -1, now_ms;

int64_t key_time_ms(void) {
    if (turn_us != loop_now_us()) {
        turn_us = loop_now_us();
        now_ms = clock_wall_us() / 1000;
    }
    return now_ms;
}

void key_time_go_on(void) {
    turn_us = -1;
}
