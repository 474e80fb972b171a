/* Closing connections that are silent for too long: those that have neither
 * sent nor taken a byte. Each has a timer. */
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

/* After that many seconds; 0: never. It holds for those that are open, too. */
void idle_set_timeout(int64_t seconds);

/* From now on its silence counts: when it is opened, and when idle_stop() holds
 * no more. */
void idle_start(struct conn *conn);

/* It is closed, or is silent for a good reason. */
void idle_stop(struct conn *conn);

#endif
