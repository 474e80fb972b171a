/* Closes connections that have neither sent nor taken a byte for too long. Each
 * has a timer. */
#ifndef IDLE_H
#define IDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "timer.h"

struct conn;

struct idle {
    struct timer timer;
    bool off;
};

/* Sets the timeout in seconds, for open connections as well; 0 for never. */
void idle_set_timeout(int64_t seconds);

/* Begins to count the silence of a connection: when it is opened, or when the
 * reason for idle_stop() is over. */
void idle_start(struct conn *conn);

/* Stops counting, because the connection is closed or has a good reason to be
 * silent. */
void idle_stop(struct conn *conn);

#endif
