/* Stopping: asked for by a signal or by SHUTDOWN. What is unsaved is saved
 * first, if there are save points or that is asked for.
 *
 * Before that, replicas get what they lack: for shutdown-timeout seconds at
 * most writes wait, until each of them has acknowledged everything. */
#ifndef SHUTDOWN_H
#define SHUTDOWN_H

#include <stdbool.h>

struct client;

enum shutdown_save { SHUTDOWN_DEFAULT, SHUTDOWN_SAVE, SHUTDOWN_NOSAVE };

/* Stops, or begins to wait for replicas. Returns false if the server goes on
 * since saving failed, unless it is forced. */
bool shutdown_ask(enum shutdown_save save, bool force);

/* The same without waiting: true if it stops when this turn ends. */
bool shutdown_now(enum shutdown_save save, bool force);

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

bool shutdown_decided(void);

/* Before the server stops: gives up what was begun, and brings to disk what is
 * not there, by a snapshot if that is wanted. Returns whether the server may
 * stop: it may not when something would be lost, unless it is forced to. In
 * stage.c. */
bool stage_settle(bool snapshot, bool force);

#endif
