/* The time that keys live in stands still for a turn of the loop. */
#include "key_time.h"

#include "clock.h"
#include "loop.h"
#include "unit.h"

static int64_t now_us, turn_us;

int64_t clock_monotonic_us(void) {
    return now_us;
}

int64_t clock_wall_us(void) {
    return now_us;
}

int64_t loop_now_us(void) {
    return turn_us;
}

static void test_turns(void) {
    now_us = 5000;
    turn_us = 1;
    CHECK_INT(key_time_ms(), 5);
    now_us = 7000;
    CHECK_INT(key_time_ms(), 5);
    turn_us = 2;
    CHECK_INT(key_time_ms(), 7);
}

static void test_goes_on(void) {
    now_us = 9000;
    CHECK_INT(key_time_ms(), 7);
    key_time_go_on();
    CHECK_INT(key_time_ms(), 9);
}

int main(void) {
    unit_test("all of a turn see the same time", test_turns);
    unit_test("a later moment of the same turn", test_goes_on);
    return unit_end();
}
