/* An argument that is a time-out in milliseconds. */
#ifndef ARGUMENT_TIMEOUT_H
#define ARGUMENT_TIMEOUT_H

#include "client.h"
#include "clock.h"
#include "number.h"
#include "reply.h"

/* Reads such an argument. As in Redis, the moment at which the time is over
 * must fit 64 bits, in milliseconds since 1970. Returns false after the error
 * reply. */
static inline bool argument_timeout_ms(struct client *client,
                                       struct slice argument, int64_t *ms) {
    const char *error = NULL;
    if (!parse_i64(argument.ptr, argument.len, ms))
        error = "ERR timeout is not an integer or out of range";
    else if (*ms < 0)
        error = "ERR timeout is negative";
    else if (*ms > INT64_MAX - clock_wall_us() / 1000)
        error = "ERR timeout is out of range";
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

#endif
