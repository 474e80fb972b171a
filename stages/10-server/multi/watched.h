/* Keys that clients watch.
 *
 * A client that computes a new value from the old one reads, computes and
 * writes, and another client may write in between. After WATCH, EXEC does
 * nothing if anybody has changed a watched key meanwhile, and the client starts
 * over.
 *
 *     keys   "stock"  -> client A -> client B
 *            "price"  -> client A
 *
 * Each watched key has a list of its watchers, and each client has a list of
 * the keys that it watches. So a change finds the watchers by one look-up, and
 * a client that leaves costs only as much as it has keys. A change of a key
 * marks its watchers, and ends all that they watch. Changes of whole databases
 * merely mark them, so the lists stay as they are meanwhile.
 *
 * A watcher remembers whether the key had a value when the watch began. If it
 * had none, an expiry, a FLUSHALL or a SWAPDB that leaves it without one does
 * not count as a change. */
#ifndef WATCHED_H
#define WATCHED_H

#include <stdbool.h>

#include "client.h"
#include "keyspace.h"

void watched_start(void);
void watched_stop(void);

/* Watches a key until watched_forget(). */
void watched_add(struct client *client, const struct key *key);

/* The memory that this takes of the client's. */
size_t watched_bytes(const struct client *client);

/* Ends all watches of a client, and forgets that a key has changed. */
void watched_forget(struct client *client);

/* Return true if a key that the client watches has changed. watched_look() also
 * checks whether one of these keys has expired, which perhaps nobody has
 * noticed yet. */
static inline bool watched_changed(const struct client *client) {
    return client->state.watched_changed;
}
bool watched_look(struct client *client);

/* Changes of the data: a key was changed, with the event (keyspace.h); a
 * database was emptied; two were exchanged; the keys of one are others now.
 * They cost next to nothing while nobody watches. */
void watched_key_changed(const struct key *key, const char *event);
void watched_flushed(int database);
void watched_swapped(int one, int other);
void watched_replaced(int database);

/* Returns true if this change of a key only concerns consumer groups, whose
 * state is not part of the value of a stream. */
bool watched_is_of_groups(const struct key *key, const char *event);

#endif
