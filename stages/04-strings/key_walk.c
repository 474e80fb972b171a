#include "key_walk.h"

struct key_walk key_walk(const struct db *db, const struct slice *keys,
                         size_t left, size_t step) {
    return (struct key_walk){
        .db = db, .next = keys, .left = left, .step = step};
}

static void next_group(struct key_walk *walk) {
    size_t count = 0;
    while (count < KEY_WALK_GROUP && walk->left > 0) {
        walk->group[count++] = keyspace_key(*walk->next);
        size_t step = walk->step < walk->left ? walk->step : walk->left;
        walk->next += step;
        walk->left -= step;
    }
    walk->at = 0;
    walk->count = count;
    if (count > 1) {
        keyspace_prefetch_buckets(walk->db, walk->group, count);
        keyspace_prefetch_entries(walk->db, walk->group, count);
    }
}

const struct key *key_walk_next(struct key_walk *walk) {
    if (walk->at == walk->count)
        next_group(walk);
    return walk->at < walk->count ? &walk->group[walk->at++] : NULL;
}
