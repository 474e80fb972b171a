/* Stopping a primary: the replicas get what they lack first. They are asked to
 * acknowledge at once, and for at most shutdown-timeout seconds writes wait
 * until each has acknowledged everything; then the server stops as shutdown.h
 * says. */
#ifndef SHUTDOWN_WAIT_H
#define SHUTDOWN_WAIT_H

#include <stdbool.h>

#include "shutdown.h"

#define SHUTDOWN_FAILED "ERR Errors trying to SHUTDOWN. Check logs."

struct buf;
struct client;

/* Stops, or begins to wait for replicas. Returns false if the server goes on
 * because saving failed; that does not happen if it is forced. */
bool shutdown_ask(enum shutdown_save save, bool force);

/* Returns true if a replica lacks something, so that the stop has to wait. */
bool shutdown_waits(void);

/* Begins to wait, and then stops. The client is answered only if the server
 * goes on instead; NULL if a signal has asked. */
void shutdown_later(struct client *client, enum shutdown_save save, bool force);

/* Ends the waiting without a stop. Returns false if nothing waited. */
bool shutdown_abort(void);

/* Appends a line of INFO server while a stop waits: how long it will at most.
 */
void shutdown_info(struct buf *out);

/* To be called in each turn: looks at the replicas. */
extern bool shutdown_is_later;
void shutdown_look(void);
static inline void shutdown_turn(void) {
    if (shutdown_is_later)
        shutdown_look();
}

#endif
