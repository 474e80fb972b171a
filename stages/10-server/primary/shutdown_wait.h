/* Stopping a primary: replicas get what they lack first. For shutdown-timeout
 * seconds at most writes wait, until each of them has acknowledged everything;
 * then the server stops as in shutdown.h. */
#ifndef SHUTDOWN_WAIT_H
#define SHUTDOWN_WAIT_H

#include <stdbool.h>

#include "shutdown.h"

struct client;

/* Stops, or begins to wait for replicas. Returns false if the server goes on
 * since saving failed, unless it is forced. */
bool shutdown_ask(enum shutdown_save save, bool force);

/* Returns true if a replica lacks something, so that there is something to wait
 * for. */
bool shutdown_waits(void);

/* Begins to wait, and then stops. The client waits for that, and is answered if
 * it does not happen; NULL: a signal has asked. */
void shutdown_later(struct client *client, enum shutdown_save save, bool force);

/* Gives up the waiting. Returns false if there is none. */
bool shutdown_abort(void);

/* Looks at the replicas, in each turn. */
extern bool shutdown_is_later;
void shutdown_look(void);
static inline void shutdown_turn(void) {
    if (shutdown_is_later)
        shutdown_look();
}

#endif
