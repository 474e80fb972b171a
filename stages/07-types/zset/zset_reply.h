/* Members and scores as replies. */
#ifndef ZSET_REPLY_H
#define ZSET_REPLY_H

#include "client.h"
#include "zset.h"

void zset_reply_score(struct client *client, double score);

/* The member at a cursor; with its score, as a pair of reply_pairs(). */
void zset_reply_member(struct client *client, const struct zset_cursor *cursor);
void zset_reply_at(struct client *client, const struct zset_cursor *cursor,
                   bool with_score);

/* The members of count ranks from this one on, in order or backwards, as an
 * array; with their scores, as pairs. They must exist. */
void zset_reply_ranks(struct client *client, const struct zset *zset,
                      size_t rank, size_t count, bool backwards,
                      bool with_scores);

#endif
