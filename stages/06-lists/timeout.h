/* How long a client is willing to wait, as an argument. */
#ifndef TIMEOUT_H
#define TIMEOUT_H

#include "client.h"

/* The moment at which so many milliseconds are over; 0 is never. */
int64_t timeout_moment(int64_t ms);

/* Seconds, which may have a fraction; parts of a millisecond count as a whole
 * one. *until_us is the moment at which they are over, on the monotonic clock;
 * BLOCKING_FOREVER for 0. Returns false after the error reply. */
bool timeout_argument(struct client *client, struct slice argument,
                      int64_t *until_us);

#endif
