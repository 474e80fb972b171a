/* The sorted set at a key, for commands that work on it. */
#ifndef ZSET_KEY_H
#define ZSET_KEY_H

#include "object_key.h"
#include "zset.h"

struct zset_key {
    struct object_key key;
    struct zset *zset; /* NULL when there is none */
    size_t expected;   /* members that zset_key_expect() has announced */
};

/* Finds the sorted set at a key, if there is one. Returns false, after the
 * error reply, if the value has another type. The result is good until another
 * key is changed. */
bool zset_key_find(struct client *client, struct slice name,
                   struct zset_key *at);

/* Announces that so many members, perhaps the same ones, will be set. */
void zset_key_expect(struct zset_key *at, size_t count);

/* Gives a member, new or not, a score, in a new set if there is none. Returns
 * the kind of change. The bytes must not lie in the set. */
enum zset_change zset_key_set(struct zset_key *at, struct slice member,
                              double score);

/* Called after a change of the set: stores its address, announces the change,
 * and deletes the key if the set is empty. See keyspace_changed() for the event
 * and the number of changes. */
void zset_key_changed(struct zset_key *at, const char *event, uint64_t changes);

/* Makes a set of the client's database the value of a key, whatever that held,
 * and announces that event with that many changes. If the set is NULL, deletes
 * the key, which is one change. */
void zset_key_store(struct client *client, struct slice name, struct zset *zset,
                    const char *event, uint64_t changes);

#endif
