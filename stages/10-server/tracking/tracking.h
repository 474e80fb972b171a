/* Tracking: clients that keep copies of what they read are told when it
 * changes.
 *
 *     GET fruit       the server remembers that this client has read fruit
 *     (SET fruit)     >2 invalidate ["fruit"], and that is forgotten
 *
 * With BCAST nothing is remembered: the client is told of every change of a key
 * that begins with one of its prefixes (broadcast.h).
 *
 * A client that was told of a key must read it again to be told again. Keys go
 * by their names alone: a change in any database counts.
 *
 * An invalidation is a push of version 3 of the protocol. A client of version 2
 * can have it sent to another connection, as a message on a channel, to which
 * that connection need not even subscribe as long as it subscribes to anything.
 * With OPTIN only what follows a CLIENT CACHING YES is remembered, with OPTOUT
 * all but what follows a CLIENT CACHING NO, and with NOLOOP a client is not
 * told of its own changes. */
#ifndef TRACKING_H
#define TRACKING_H

#include <stdbool.h>
#include <stddef.h>

#include "client.h"
#include "command.h"
#include "keyspace.h"

struct membership;

/* The tracking options of a client. They exist only while tracking is on. */
struct tracker {
    uint64_t redirect; /* the client that gets its invalidations; or 0 */
    bool bcast, optin, optout, noloop;
    bool caching; /* CLIENT CACHING was said for the request that comes next */
    bool broken;  /* something was to be told, but redirect is gone */
    /* Its prefixes in the mode BCAST, in the order of their bytes. */
    struct membership **prefixes;
    size_t prefix_count;
};

static inline bool tracking_on(const struct client *client) {
    return client->state.tracker != NULL;
}

/* Returns the id of the client that is told in its place; 0 if there is none,
 * -1 while tracking is off. */
static inline long long tracking_redirect(const struct client *client) {
    return tracking_on(client) ? (long long)client->state.tracker->redirect
                               : -1;
}

void tracking_start(void);
void tracking_stop(void);

/* Switches tracking on, if it is off; and off, if it is on. */
struct tracker *tracking_begin(struct client *client);
void tracking_forget(struct client *client);

/* To be called after a tracked client has called a command, whose keys may have
 * to be remembered. */
void tracking_called(struct client *client, const struct command *command,
                     const struct request *request);

/* To be called after a client got the reply to a request, or the late reply to
 * one for which it has waited; then request is NULL. */
void tracking_answered(struct client *client, const struct request *request);

/* Changes of the data: a key, with the event (keyspace.h); all keys of one
 * database, or of all. */
void tracking_key_changed(const struct key *key, const char *event);
void tracking_flushed(void);

/* Tells clients in the mode BCAST what was changed in this turn. */
void tracking_turn(void);

/* Append the lines of INFO's sections "clients" and "stats". */
void tracking_clients_info(struct buf *out);
void tracking_stats_info(struct buf *out);

#endif
