/* Popping the members with the least or the greatest scores. */
#ifndef ZSET_POP_H
#define ZSET_POP_H

#include "pop_arguments.h"
#include "zset_key.h"

/* Takes members from an end of a set, which is there, and answers them: a
 * member, then its score; count is at most how many there are. The caller has
 * given the head of the reply, and says what comes before each member, if
 * anything. The key is said to have changed. */
void zset_pop(struct client *client, struct zset_key *at, bool greatest,
              size_t count, void (*before)(struct client *client));

/* Popping from the first of several sets that is there, from its least or, for
 * the second word, its greatest: what ZMPOP and BZMPOP do. Answers the key and
 * its members, or an error. Returns false, without a reply, if there is none of
 * the sets. */
bool zset_pop_first(struct client *client, const struct pop_arguments *pop);

#endif
