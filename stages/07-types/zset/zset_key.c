#include "zset_key.h"

#include "entry_object.h"
#include "object_key_replace.h"

bool zset_key_find(struct client *client, struct slice name,
                   struct zset_key *at) {
    bool fits = object_key_find(client, name, TYPE_ZSET, &at->key);
    at->zset = at->key.object;
    at->expected = 0;
    return fits;
}

void zset_key_expect(struct zset_key *at, size_t count) {
    at->expected = count;
    if (at->zset == NULL)
        return;
    zset_expect(keyspace_heap(), &at->zset, count);
    /* The set may have moved, and need not change. */
    entry_set_object(at->key.entry, at->zset);
}

enum zset_change zset_key_set(struct zset_key *at, struct slice member,
                              double score) {
    struct heap *heap = keyspace_heap();
    if (at->zset == NULL) {
        at->zset = zset_new_for(heap, at->expected);
        object_key_add(&at->key, TYPE_ZSET, at->zset);
    }
    return zset_set(heap, &at->zset, member, score);
}

void zset_key_changed(struct zset_key *at, const char *event,
                      uint64_t changes) {
    at->key.object = at->zset; /* the change may have moved it */
    object_key_changed(&at->key, zset_count(at->zset) == 0, event, changes);
}

void zset_key_store(struct client *client, struct slice name, struct zset *zset,
                    const char *event, uint64_t changes) {
    struct object_key at = {.key = keyspace_key(client, name)};
    if (zset != NULL) {
        object_key_replace(&at, TYPE_ZSET, zset);
        keyspace_changed(&at.key, event, changes);
    } else if (db_drop(&at.key)) {
        keyspace_changed(&at.key, "gdel", 1);
    }
}
