/* Members and scores as replies. */
#ifndef ZSET_REPLY_H
#define ZSET_REPLY_H

#include "client.h"
#include "zset.h"

/* A score as a bulk string. */
void zset_reply_score(struct client *client, double score);

/* The member at a cursor. */
void zset_reply_member(struct client *client, const struct zset_cursor *cursor);

/* So many members from a rank on, in order or backwards, as an array: with
 * their scores, an array of twice as many. They are there. */
void zset_reply_ranks(struct client *client, const struct zset *zset,
                      size_t rank, size_t count, bool backwards,
                      bool with_scores);

#endif
