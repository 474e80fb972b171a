#include "key_walk.h"

#include "prefetch.h"

struct key_walk key_walk(const struct client *client,
                         const struct request *request, size_t step) {
    return (struct key_walk){
        .client = client, .request = request, .next = 1, .step = step};
}

static void next_group(struct key_walk *walk) {
    walk->at = walk->count = 0;
    while (walk->count < KEY_WALK_GROUP && walk->next < walk->request->argc) {
        walk->group[walk->count++] =
            keyspace_key(walk->client, walk->request->argv[walk->next]);
        walk->next += walk->step;
    }
    /* If a key of the group is changed before its turn, the prefetch was in
     * vain and nothing worse. */
    if (walk->count > 1)
        prefetch_keys(walk->group, walk->count);
}

const struct key *key_walk_next(struct key_walk *walk) {
    if (walk->at == walk->count)
        next_group(walk);
    return walk->at < walk->count ? &walk->group[walk->at++] : NULL;
}
