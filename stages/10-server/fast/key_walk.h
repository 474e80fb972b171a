/* Walks over the keys of a request that names many of them.
 *
 *     struct key_walk walk = key_walk(client, request, 1);
 *     for (const struct key *key; (key = key_walk_next(&walk)) != NULL;)
 *         ... keyspace_read(client, key) ...
 *
 * What the look-ups will read is prefetched for a group of keys at a time, so
 * that the waits for memory overlap. */
#ifndef KEY_WALK_H
#define KEY_WALK_H

#include "client.h"
#include "keyspace.h"

enum { KEY_WALK_GROUP = 16 };

struct key_walk {
    const struct client *client;
    const struct request *request;
    size_t next, step; /* arguments: a key is every step-th of them */
    size_t at, count;  /* in the group */
    struct key group[KEY_WALK_GROUP];
};

/* Begins a walk over the arguments after the command's name, of which every
 * step-th is a key. Keys may be set and deleted during the walk. */
struct key_walk key_walk(const struct client *client,
                         const struct request *request, size_t step);

/* Returns the next key, good until the call after this, or NULL. */
const struct key *key_walk_next(struct key_walk *walk);

#endif
