/* Look-ups by commands that want a value of one type. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "client.h"
#include "keyspace.h"
#include "reply.h"

static inline void reply_wrong_type(struct client *client) {
    reply_error(client, "WRONGTYPE Operation against a key holding the wrong "
                        "kind of value");
}

/* Finds the value at a key, and counts as a use of it; *entry is NULL when the
 * key is not there. Returns false, after the error reply, when the key holds a
 * value of another type. */
static inline bool lookup(struct client *client, const struct key *key,
                          enum type type, struct entry **entry) {
    *entry = keyspace_read(client, key);
    if (*entry == NULL || entry_type(*entry) == type)
        return true;
    reply_wrong_type(client);
    return false;
}

/* The same for strings, to be read. */
static inline bool lookup_string(struct client *client, const struct key *key,
                                 const struct entry **entry) {
    struct entry *found;
    bool fits = lookup(client, key, TYPE_STRING, &found);
    *entry = found;
    return fits;
}

/* What several keys at once are looked up with: a value of another type counts
 * as none. */
static inline const struct entry *lookup_if_string(struct client *client,
                                                   const struct key *key) {
    const struct entry *entry = keyspace_read(client, key);
    return entry != NULL && entry_type(entry) == TYPE_STRING ? entry : NULL;
}

/* Gives the value, or null for a key that is not there. */
static inline void reply_value(struct client *client,
                               const struct entry *entry) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (entry != NULL)
        reply_slice(client, entry_value(entry, scratch));
    else
        reply_null(client);
}

#endif
