/* The hash at a key, as commands work on it. */
#ifndef HASH_KEY_H
#define HASH_KEY_H

#include "hash.h"
#include "object_key.h"

struct hash_key {
    struct object_key key;
    struct hash *hash; /* NULL when there is none */
};

/* Finds the hash at a key, if there is one. Returns false, after the error
 * reply, if there is something else. Good until another key is changed. */
bool hash_key_find(struct client *client, struct slice name,
                   struct hash_key *at);

/* Says that so many fields will be set, and makes a hash if there is none. */
void hash_key_prepare(struct hash_key *at, size_t count);

/* Sets a field of a hash that is there. Returns whether the field is new. */
bool hash_key_set(struct hash_key *at, struct slice field, struct slice value);

/* After a change of the hash: keeps where it is now, deletes the key when the
 * hash is empty, and says that the key has changed. */
void hash_key_changed(struct hash_key *at);

#endif
