/* The hash at a key, for commands that work on it. */
#ifndef HASH_KEY_H
#define HASH_KEY_H

#include "hash.h"
#include "object_key.h"

struct hash_key {
    struct object_key key;
    struct hash *hash; /* NULL when there is none */
};

/* Finds the hash at a key, if there is one. Returns false, after the error
 * reply, if the value has another type. The result is good until that key is
 * changed by another call. */
bool hash_key_find(struct client *client, struct slice name,
                   struct hash_key *at);

/* Sets fields, given as pairs of field and value, in a new hash if there is
 * none, and announces that event. Returns how many fields are new. */
size_t hash_key_set(struct hash_key *at, const char *event,
                    const struct slice *pairs, size_t count);

/* Called after a change of the hash: stores its address, announces the change,
 * and deletes the key if the hash is empty. See keyspace_changed() for the
 * event and the number of changes. */
void hash_key_changed(struct hash_key *at, const char *event, uint64_t changes);

#endif
