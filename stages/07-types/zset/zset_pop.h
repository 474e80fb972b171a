/* Popping the members with the lowest or the highest scores. */
#ifndef ZSET_POP_H
#define ZSET_POP_H

#include "pop_arguments.h"
#include "zset_key.h"

/* Removes members from one end of an existing set and replies with each member
 * and its score; count is at most the size of the set. The caller has written
 * the head of the reply, and says what precedes each member, if anything.
 * Announces the change. */
void zset_pop(struct client *client, struct zset_key *at, bool greatest,
              size_t count, void (*before)(struct client *client));

/* Pops from the first of several sets that exists, from its lowest or, for the
 * second word, its highest end, as ZMPOP and BZMPOP do. Replies with the key
 * and the members, or with an error. Returns false, without a reply, if none of
 * the sets exists. */
bool zset_pop_first(struct client *client, const struct pop_arguments *pop);

#endif
