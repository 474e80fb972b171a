/* There is no timer for each connection. A single one goes round the list of
 * all connections about once a second, in steps, and looks at the clock of
 * each. So a request pays nothing for it. */
#ifndef IDLE_H
#define IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct conn;

struct idle {
    bool off;
};

/* Sets the timeout, for open connections as well; 0 for never. */
void idle_set_timeout(int64_t seconds);

/* Begins to count the silence of a connection: when it is opened, or when the
 * reason for idle_stop() is over. */
void idle_start(struct conn *conn);

/* Stops counting, because the connection is closed or has a good reason to be
 * silent. */
void idle_stop(struct conn *conn);

#endif
