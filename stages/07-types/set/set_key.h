/* The set at a key, as commands work on it. */
#ifndef SET_KEY_H
#define SET_KEY_H

#include "object_key.h"
#include "set.h"

struct set_key {
    struct object_key key;
    struct set *set; /* NULL when there is none */
};

/* Finds the set at a key, if there is one. Returns false, after the error
 * reply, if there is something else. Good until another key is changed. */
bool set_key_find(struct client *client, struct slice name, struct set_key *at);

/* Adds members, to a new set if there is none; they must not lie in the set.
 * Says that the key has changed, if it has. Returns how many members were not
 * there. */
size_t set_key_add(struct set_key *at, const struct slice *members,
                   size_t count);

/* Returns whether it was there. */
bool set_key_remove(struct set_key *at, struct slice member);

/* After a change of the set: keeps where it is now, says that the key has
 * changed, and deletes the key when the set is empty; see keyspace_changed()
 * for the event and the number of changes. */
void set_key_changed(struct set_key *at, const char *event, uint64_t changes);

/* Gives a key, whatever it holds, a set of its database's heap, or nothing if
 * that is empty, and says that event, or that the key went. Takes the set over.
 */
void set_key_store(struct client *client, struct slice name, struct set *set,
                   const char *event);

/* The members of a set that is there. */
void set_key_reply(struct client *client, const struct set *set);

#endif
