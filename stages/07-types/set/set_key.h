/* The set at a key, for commands that work on it. */
#ifndef SET_KEY_H
#define SET_KEY_H

#include "object_key.h"
#include "set.h"

struct set_key {
    struct object_key key;
    struct set *set; /* NULL when there is none */
};

/* Finds the set at a key, if there is one. Returns false, after the error
 * reply, if the value has another type. The result is good until that key is
 * changed by another call. */
bool set_key_find(struct client *client, struct slice name, struct set_key *at);

/* Adds members, in a new set if there is none, and announces the change if
 * there is one. The bytes must not lie in the set. Returns how many members are
 * new. */
size_t set_key_add(struct set_key *at, const struct slice *members,
                   size_t count);

/* Removes a member; set_key_changed() must follow. Returns false if it was not
 * there. */
bool set_key_remove(struct set_key *at, struct slice member);

/* Called after a change of the set: stores its address, announces the change,
 * and deletes the key if the set is empty. See keyspace_changed() for the event
 * and the number of changes. */
void set_key_changed(struct set_key *at, const char *event, uint64_t changes);

/* Makes a set of the keyspace's heap the value of a key, whatever that held,
 * and announces that event. If the set is empty, deletes the key instead. Takes
 * ownership of the set. */
void set_key_store(struct client *client, struct slice name, struct set *set,
                   const char *event);

/* Replies with the members of a set. */
void set_key_reply(struct client *client, const struct set *set);

#endif
