/* Messages for replicas. PUBLISH and SPUBLISH are propagated to replicas, at
 * their place among the changes of the data:
 *
 *     a unit                               what goes to the log
 *     MULTI, SET k v, PUBLISH c x, EXEC    MULTI, SET k v, EXEC
 *     PUBLISH c x                          nothing
 *
 * A message changes no data, and nobody listens while a log is loaded, so the
 * log leaves it out. What the clients of a replica publish stays on that
 * replica. */
#ifndef TOLD_H
#define TOLD_H

#include <stdbool.h>

#include "client.h"
#include "resp.h"

/* Propagates a message as it was requested. */
void told_message(const struct client *client, const struct request *request);

/* Returns true if the unit that is being propagated has messages. */
bool told_any(void);

/* Appends the unit without its messages. After that told_any() is false. */
void told_leave_out(struct slice unit, struct buf *out);

#endif
