/* The object at a key, for commands of any type that work on it. */
#ifndef OBJECT_KEY_H
#define OBJECT_KEY_H

#include "client.h"
#include "keyspace.h"

struct object_key {
    struct key key;
    struct entry *entry; /* NULL when there is no such key */
    void *object;        /* its value, or NULL */
};

/* Finds the object of that type at a key, if there is one. Returns false, after
 * the error reply, if the value has another type. The result is good until
 * that key is changed by another call. */
bool object_key_find(struct client *client, struct slice name, enum type type,
                     struct object_key *at);

/* Gives the key, which must be missing, an object of the keyspace's heap. */
void object_key_add(struct object_key *at, enum type type, void *object);

/* Call this after a change of the object, whose address is at->object: it
 * stores the address, reports that the key has changed, and deletes the key if
 * the object is empty. See keyspace_changed() for the event and the number of
 * changes. */
void object_key_changed(struct object_key *at, bool empty, const char *event,
                        uint64_t changes);

#endif
