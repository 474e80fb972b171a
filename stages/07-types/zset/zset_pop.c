#include "zset_pop.h"

#include "reply.h"
#include "zset_reply.h"

void zset_pop(struct client *client, struct zset_key *at, bool greatest,
              size_t count, void (*before)(struct client *client)) {
    size_t all = zset_count(at->zset);
    /* The reply comes first: removing frees the members. */
    struct zset_cursor cursor = zset_seek(at->zset, greatest ? all - 1 : 0);
    for (size_t left = count; left > 0; left--) {
        if (before != NULL)
            before(client);
        zset_reply_member(client, &cursor);
        zset_reply_score(client, zset_score_at(&cursor));
        zset_next(&cursor, greatest);
    }
    zset_remove_ranks(keyspace_heap(), &at->zset, greatest ? all - count : 0,
                      count);
    zset_key_changed(at, greatest ? "zzpopmax" : "zzpopmin", count);
}

/* A member and its score are an array of their own in either protocol. */
static void head_of_two(struct client *client) {
    reply_array(client, 2);
}

bool zset_pop_first(struct client *client, const struct pop_arguments *pop) {
    struct zset_key at;
    for (size_t i = 0; i < pop->key_count; i++) {
        if (!zset_key_find(client, pop->keys[i], &at))
            return true; /* an error is an answer, too */
        if (at.zset == NULL)
            continue;
        size_t count = zset_count(at.zset);
        if ((uint64_t)pop->count < count)
            count = (size_t)pop->count;
        reply_array(client, 2);
        reply_slice(client, pop->keys[i]);
        reply_array(client, count);
        zset_pop(client, &at, pop->second, count, head_of_two);
        return true;
    }
    return false;
}
