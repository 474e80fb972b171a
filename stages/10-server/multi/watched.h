/* Keys that clients watch.
 *
 * A client that computes a new value from the old one reads, computes, and
 * writes, and somebody else may write in between. With WATCH, EXEC does nothing
 * if anybody has changed a watched key meanwhile, and the client begins anew.
 *
 *     keys   "stock"  -> client A -> client B
 *            "price"  -> client A
 *
 * Each watched key has a list of its watchers, and each client one of the keys
 * that it watches: a change finds the watchers by one look-up, and a client
 * leaves at the cost of its own keys. A change only marks the clients, so it
 * does not matter who is in which list meanwhile.
 *
 * A watcher remembers whether there was a value when it came. If there was
 * none, then time, a FLUSHALL or a SWAPDB that leaves it so changes nothing. */
#ifndef WATCHED_H
#define WATCHED_H

#include <stdbool.h>

#include "client.h"
#include "keyspace.h"

void watched_start(void);
void watched_stop(void);

/* Watches a key until watched_forget(). */
void watched_add(struct client *client, const struct key *key);

/* Watches nothing any more, and forgets that something has changed. */
void watched_forget(struct client *client);

/* Returns true if a key that the client watches has changed. watched_look()
 * also lets time pass for these keys: perhaps nobody has looked at one of them
 * since its time was over. */
static inline bool watched_changed(const struct client *client) {
    return client->state.watched_changed;
}
bool watched_look(struct client *client);

/* Changes of the data, which cost next to nothing when nobody watches. A key
 * was changed, as the event says (keyspace.h); a database was emptied; two were
 * exchanged. */
void watched_key_changed(const struct key *key, const char *event);
void watched_flushed(int database);
void watched_swapped(int one, int other);

/* Returns true if such a change of a key concerns consumer groups: what they
 * know is no part of a stream's value. */
bool watched_is_of_groups(const struct key *key, const char *event);

#endif
