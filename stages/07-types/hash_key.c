#include "hash_key.h"

bool hash_key_find(struct client *client, struct slice name,
                   struct hash_key *at) {
    bool fits = object_key_find(client, name, TYPE_HASH, &at->key);
    at->hash = at->key.object;
    return fits;
}

void hash_key_prepare(struct hash_key *at, size_t count) {
    struct heap *heap = &at->key.db->heap;
    if (at->hash == NULL) {
        at->hash = hash_new(heap);
        object_key_add(&at->key, TYPE_HASH, at->hash);
    }
    hash_expect(heap, &at->hash, count);
}

bool hash_key_set(struct hash_key *at, struct slice field, struct slice value) {
    return hash_set(&at->key.db->heap, &at->hash, field, value);
}

void hash_key_changed(struct hash_key *at) {
    at->key.object = at->hash;
    object_key_changed(&at->key, hash_size(at->hash) == 0);
}
