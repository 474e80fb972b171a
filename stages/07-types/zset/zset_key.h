/* The sorted set at a key, as commands work on it. */
#ifndef ZSET_KEY_H
#define ZSET_KEY_H

#include "object_key.h"
#include "zset.h"

struct zset_key {
    struct object_key key;
    struct zset *zset; /* NULL when there is none */
};

/* Finds the sorted set at a key, if there is one. Returns false, after the
 * error reply, if there is something else. Good until another key is changed.
 */
bool zset_key_find(struct client *client, struct slice name,
                   struct zset_key *at);

/* Gives a member, new or not, a score, in a new set if there is none. Returns
 * what that changed. The bytes must not lie in the set. */
enum zset_change zset_key_set(struct zset_key *at, struct slice member,
                              double score);

/* After a change of the set: keeps where it is now, says that the key has
 * changed, and deletes the key when the set is empty; see keyspace_changed()
 * for the event and the number of changes. */
void zset_key_changed(struct zset_key *at, const char *event, uint64_t changes);

/* Makes a set of the client's database, or NULL for none, the value of a key,
 * whatever that had. A set is that event and so many changes; that the key
 * goes is one. */
void zset_key_store(struct client *client, struct slice name, struct zset *zset,
                    const char *event, uint64_t changes);

#endif
