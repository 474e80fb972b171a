/* What operations on several sets take: sorted sets, and sets, whose members
 * have the score 1. */
#ifndef ZSET_SOURCE_H
#define ZSET_SOURCE_H

#include "client.h"
#include "set.h"
#include "zset.h"

struct zset_source {
    const struct zset *zset; /* or NULL */
    const struct set *set;   /* or NULL; without either there is no key */
    size_t count;
    double weight; /* what scores are to be multiplied by */
};

/* Finds what is at a key, with the weight 1. Returns false, after the error
 * reply, if there is something else. */
bool zset_source_find(struct client *client, struct slice name,
                      struct zset_source *source);

/* Whether it is a member; then *score is its score times the weight, which may
 * be no number: 0 times infinity. */
bool zset_source_score(const struct zset_source *source, struct slice member,
                       double *score);

/* Calls visit for the members, with their scores times the weight, or 0 if that
 * is no number, until it returns false. The bytes are good during the call
 * only. */
void zset_source_visit(const struct zset_source *source,
                       bool (*visit)(void *context, struct slice member,
                                     double score),
                       void *context);

#endif
