/* Sources of operations on several sets: sorted sets, and sets, whose members
 * have the score 1. */
#ifndef ZSET_SOURCE_H
#define ZSET_SOURCE_H

#include "client.h"
#include "set.h"
#include "zset.h"

struct zset_source {
    const struct zset *zset; /* or NULL */
    const struct set *set; /* or NULL; if both are NULL, there is no such key */
    size_t count;
    double weight; /* the factor for the scores */
};

/* Finds the value at a key, with the weight 1. Returns false, after the error
 * reply, if it has another type. */
bool zset_source_find(struct client *client, struct slice name,
                      struct zset_source *source);

/* Finds a member's score times the weight, which may not be a number: 0 times
 * infinity. Returns false if it is not a member. */
bool zset_source_score(const struct zset_source *source, struct slice member,
                       double *score);

/* Calls visit for each member, with its score times the weight, or 0 if that is
 * not a number, until it returns false. The bytes are good during the call
 * only. */
void zset_source_visit(const struct zset_source *source,
                       bool (*visit)(void *context, struct slice member,
                                     double score),
                       void *context);

#endif
