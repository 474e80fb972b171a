/* The clock that times commands. */
#include "ticks.h"

#include "unit.h"

/* A measurement that was off by a thousandth would be off in all that is timed
 * until the server ends, so many of them must agree. */
static void test_a_tick_is_as_long_each_time_it_is_measured(void) {
    enum { TRIES = 30 };
    double least = 1e9, most = 0;
    for (int i = 0; i < TRIES; i++) {
        ticks_start();
        least = ticks_ns < least ? ticks_ns : least;
        most = ticks_ns > most ? ticks_ns : most;
    }
    CHECK(most - least <= least / 2000);
}

/* Otherwise a command would seem to have taken hundreds of years, and the slow
 * log would say so. */
static void test_a_counter_that_goes_back_gives_no_time(void) {
    ticks_start();
    CHECK(ticks_to_ns(0) == 0);
    CHECK(ticks_to_ns((uint64_t)-1000) == 0);
    CHECK(ticks_to_ns(1000000) > 0);
}

int main(void) {
    unit_test("a tick is as long each time it is measured",
              test_a_tick_is_as_long_each_time_it_is_measured);
    unit_test("a counter that goes back gives no time",
              test_a_counter_that_goes_back_gives_no_time);
    return unit_end();
}
