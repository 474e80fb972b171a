#include "set_key.h"

#include "entry_object.h"
#include "object_key_replace.h"
#include "reply.h"

bool set_key_find(struct client *client, struct slice name,
                  struct set_key *at) {
    bool fits = object_key_find(client, name, TYPE_SET, &at->key);
    at->set = at->key.object;
    return fits;
}

size_t set_key_add(struct set_key *at, const struct slice *members,
                   size_t count) {
    struct heap *heap = keyspace_heap();
    size_t added = 0;
    if (at->set == NULL) {
        at->set = set_new_for(heap, members[0], count);
        object_key_add(&at->key, TYPE_SET, at->set);
    } else {
        set_expect(heap, &at->set, count);
    }
    for (size_t i = 0; i < count; i++)
        added += set_add(heap, &at->set, members[i]);
    if (added > 0)
        set_key_changed(at, "ssadd", added);
    else
        /* Nothing is announced, but set_expect() may have moved the set. */
        entry_set_object(at->key.entry, at->set);
    return added;
}

bool set_key_remove(struct set_key *at, struct slice member) {
    return set_remove(keyspace_heap(), &at->set, member);
}

void set_key_changed(struct set_key *at, const char *event, uint64_t changes) {
    at->key.object = at->set;
    object_key_changed(&at->key, set_size(at->set) == 0, event, changes);
}

void set_key_store(struct client *client, struct slice name, struct set *set,
                   const char *event) {
    struct object_key at = {.key = keyspace_key(client, name)};
    /* An event for the new value alone, though another may have been
     * deleted. */
    if (set_size(set) > 0) {
        object_key_replace(&at, TYPE_SET, set);
        keyspace_changed(&at.key, event, 1);
        return;
    }
    set_free(keyspace_heap(), set);
    if (db_drop(&at.key))
        keyspace_changed(&at.key, "gdel", 1);
}

static void visit(void *context, struct slice member) {
    reply_slice(context, member);
}

void set_key_reply(struct client *client, const struct set *set) {
    uint64_t cursor = 0;
    reply_set(client, set_size(set));
    do
        cursor = set_scan(set, cursor, visit, client);
    while (cursor != 0);
}
