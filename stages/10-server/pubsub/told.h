/* Messages that replicas hear: PUBLISH and SPUBLISH are told to those who
 * follow us, in the place where they happened among the changes of the data:
 *
 *     a unit                               what goes to the log
 *     MULTI, SET k v, PUBLISH c x, EXEC    MULTI, SET k v, EXEC
 *     PUBLISH c x                          nothing
 *
 * A message changes no data, and nobody listens while a log is loaded, so it is
 * left out there. What the clients of a replica publish stays with that
 * replica. */
#ifndef TOLD_H
#define TOLD_H

#include <stdbool.h>

#include "client.h"
#include "resp.h"

/* Tells those who follow us of a message, as it was asked for. */
void told_message(const struct client *client, const struct request *request);

/* Returns true if there are messages in the unit that is handed on now. */
bool told_any(void);

/* Appends that unit without its messages; told_any() is false after that. */
void told_leave_out(struct slice unit, struct buf *out);

#endif
