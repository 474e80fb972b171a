#include "zset_pop.h"

#include "argument_at_least.h"
#include "reply.h"
#include "zset_reply.h"

void zset_pop(struct client *client, struct zset_key *at, bool greatest,
              size_t count, bool paired) {
    size_t all = zset_count(at->zset);
    if (paired)
        reply_array(client, count);
    struct zset_cursor cursor = zset_seek(at->zset, greatest ? all - 1 : 0);
    for (size_t left = count; left > 0; left--) {
        if (paired)
            reply_array(client, 2);
        zset_reply_member(client, &cursor);
        zset_reply_score(client, zset_score_at(&cursor));
        zset_next(&cursor, greatest);
    }
    zset_remove_ranks(&at->key.db->heap, &at->zset, greatest ? all - count : 0,
                      count);
    zset_key_changed(at);
}

static bool end_argument(struct client *client, struct slice word,
                         bool *greatest) {
    *greatest = slice_is(word, "max");
    if (*greatest || slice_is(word, "min"))
        return true;
    reply_syntax_error(client);
    return false;
}

/* [COUNT count], as the rest of the request from there on. */
static bool count_option(struct client *client, const struct request *request,
                         size_t at, int64_t *count) {
    *count = 1;
    if (at == request->argc)
        return true;
    if (request->argc - at >= 2 && slice_is(request->argv[at], "count") &&
        !argument_at_least(client, request->argv[at + 1], 1,
                           "ERR count should be greater than 0", count))
        return false;
    if (request->argc - at == 2 && slice_is(request->argv[at], "count"))
        return true;
    reply_syntax_error(client);
    return false;
}

bool zset_pops_arguments(struct client *client, const struct request *request,
                         size_t first, struct zset_pops *pops) {
    int64_t keys;
    if (!argument_at_least(client, request->argv[first], 1,
                           "ERR numkeys should be greater than 0", &keys))
        return false;
    /* Behind the keys there must be MIN or MAX. */
    if ((uint64_t)keys >= request->argc - first - 1) {
        reply_syntax_error(client);
        return false;
    }
    pops->keys = request->argv + first + 1;
    pops->key_count = (size_t)keys;
    size_t at = first + 1 + pops->key_count;
    return end_argument(client, request->argv[at], &pops->greatest) &&
           count_option(client, request, at + 1, &pops->count);
}

bool zset_pops_run(struct client *client, const struct zset_pops *pops) {
    struct zset_key at;
    for (size_t i = 0; i < pops->key_count; i++) {
        if (!zset_key_find(client, pops->keys[i], &at))
            return true;
        if (at.zset == NULL)
            continue;
        size_t count = zset_count(at.zset);
        if ((uint64_t)pops->count < count)
            count = (size_t)pops->count;
        reply_array(client, 2);
        reply_slice(client, pops->keys[i]);
        zset_pop(client, &at, pops->greatest, count, true);
        return true;
    }
    return false;
}
