#include "timeout.h"

#include <math.h>

#include "blocking.h"
#include "clock.h"
#include "number.h"
#include "reply.h"

/* The clock is read anew: time that this turn of the loop has taken so far
 * must not be taken from the client's. */
int64_t timeout_moment(int64_t ms) {
    int64_t until_us;
    if (ms == 0 || __builtin_mul_overflow(ms, 1000, &until_us) ||
        __builtin_add_overflow(until_us, clock_monotonic_us(), &until_us))
        return BLOCKING_FOREVER;
    return until_us;
}

bool timeout_argument(struct client *client, struct slice argument,
                      int64_t *until_us) {
    long double seconds;
    const char *error = NULL;
    if (!parse_decimal(argument.ptr, argument.len, &seconds)) {
        error = "ERR timeout is not a float or out of range";
    } else {
        long double ms = ceill(seconds * 1000);
        /* It must be a moment that the clock on the wall can show. */
        int64_t most = INT64_MAX - clock_wall_us() / 1000;
        if (ms > (long double)most)
            error = "ERR timeout is out of range";
        else if (ms < 0)
            error = "ERR timeout is negative";
        else
            *until_us = timeout_moment((int64_t)ms);
    }
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}
