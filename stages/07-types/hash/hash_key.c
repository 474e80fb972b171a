#include "hash_key.h"

bool hash_key_find(struct client *client, struct slice name,
                   struct hash_key *at) {
    bool fits = object_key_find(client, name, TYPE_HASH, &at->key);
    at->hash = at->key.object;
    return fits;
}

size_t hash_key_set(struct hash_key *at, const char *event,
                    const struct slice *pairs, size_t count) {
    struct heap *heap = keyspace_heap();
    size_t added = 0;
    if (at->hash == NULL) {
        at->hash = hash_new_for(heap, pairs, count);
        object_key_add(&at->key, TYPE_HASH, at->hash);
    } else {
        hash_expect(heap, &at->hash, count);
    }
    for (size_t i = 0; i < count; i++)
        added += hash_set(heap, &at->hash, pairs[2 * i], pairs[2 * i + 1]);
    /* All pairs count, new or not: each was written. */
    hash_key_changed(at, event, count);
    return added;
}

void hash_key_changed(struct hash_key *at, const char *event,
                      uint64_t changes) {
    at->key.object = at->hash;
    object_key_changed(&at->key, hash_size(at->hash) == 0, event, changes);
}
