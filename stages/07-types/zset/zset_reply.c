#include "zset_reply.h"

#include "reply.h"
#include "score.h"

void zset_reply_score(struct client *client, double score) {
    char text[SCORE_MAX_TEXT];
    reply_double(client, text, score_format(text, score));
}

void zset_reply_member(struct client *client,
                       const struct zset_cursor *cursor) {
    char scratch[NUMBER_I64_MAX_TEXT];
    reply_slice(client, zset_member(cursor, scratch));
}

void zset_reply_at(struct client *client, const struct zset_cursor *cursor,
                   bool with_score) {
    if (with_score)
        reply_pair(client);
    zset_reply_member(client, cursor);
    if (with_score)
        zset_reply_score(client, zset_score_at(cursor));
}

void zset_reply_ranks(struct client *client, const struct zset *zset,
                      size_t rank, size_t count, bool backwards,
                      bool with_scores) {
    (with_scores ? reply_pairs : reply_array)(client, count);
    if (count == 0) /* then there may be no set */
        return;
    struct zset_cursor at = zset_seek(zset, rank);
    for (; count > 0; count--) {
        zset_reply_at(client, &at, with_scores);
        zset_next(&at, backwards);
    }
}
