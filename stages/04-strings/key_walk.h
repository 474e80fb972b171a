/* The keys of a request that names many of them, one after the other.
 *
 *     struct key_walk walk = key_walk(client, request, 1);
 *     for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
 *         ... keyspace_read(client, key) ... */
#ifndef KEY_WALK_H
#define KEY_WALK_H

#include "client.h"
#include "keyspace.h"

struct key_walk {
    const struct client *client;
    const struct request *request;
    size_t next, step; /* in arguments */
    struct key key;
};

/* Begins a walk over the arguments that follow the command's name. With a step
 * of 2 every second one is a key. Keys may be set and deleted on the way. */
static inline struct key_walk key_walk(const struct client *client,
                                       const struct request *request,
                                       size_t step) {
    return (struct key_walk){
        .client = client, .request = request, .next = 1, .step = step};
}

/* Returns the next key, which is good until the next call, or NULL. */
static inline const struct key *key_walk_next(struct key_walk *walk) {
    if (walk->next >= walk->request->argc)
        return NULL;
    walk->key = keyspace_key(walk->client, walk->request->argv[walk->next]);
    walk->next += walk->step;
    return &walk->key;
}

#endif
