/* Closing connections that are silent for too long: those that have neither
 * sent nor taken a byte. Whoever waits for a key, listens to channels, follows
 * as a replica or watches is silent for a good reason.
 *
 * There is no timer for each of them. A hand goes round the list of all
 * connections once a second, a few at a time, and looks at the clock of each:
 * so it costs those that are busy nothing. */
#ifndef IDLE_H
#define IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;

struct idle {
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
