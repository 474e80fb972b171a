/* Popping the members with the least or the greatest scores. */
#ifndef ZSET_POP_H
#define ZSET_POP_H

#include "zset_key.h"

/* Takes members from an end of a set, which is there, and answers them: a
 * member, then its score; count is at most how many there are. As elements of
 * an array whose head the caller has given; or, paired, as an array of pairs.
 * The key is said to have changed. */
void zset_pop(struct client *client, struct zset_key *at, bool greatest,
              size_t count, bool paired);

/* Popping from the first of several sets that is there: what ZMPOP and BZMPOP
 * do. */
struct zset_pops {
    const struct slice *keys;
    size_t key_count;
    bool greatest;
    int64_t count; /* at most so many members */
};

/* Reads numkeys key [key ...] <MIN | MAX> [COUNT count], which begins with
 * argument number first. Returns false after the error reply. */
bool zset_pops_arguments(struct client *client, const struct request *request,
                         size_t first, struct zset_pops *pops);

/* Pops, and answers the key and its members, or an error. Returns false,
 * without a reply, if there is none of the sets. */
bool zset_pops_run(struct client *client, const struct zset_pops *pops);

#endif
