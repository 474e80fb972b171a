#include "object_key.h"

#include "arguments.h"
#include "entry_object.h"
#include "key_use.h"

bool object_key_find(struct client *client, struct slice name, enum type type,
                     struct object_key *at) {
    at->key = keyspace_key(client, name);
    at->object = NULL;
    at->entry = keyspace_read(client, &at->key);
    if (!check_type(client, at->entry, type))
        return false;
    if (at->entry != NULL)
        at->object = entry_object(at->entry);
    return true;
}

static void make_entry(struct object_key *at, enum type type, void *object) {
    at->object = object;
    at->entry = entry_new_object(keyspace_heap(), at->key.text, type, object);
}

void object_key_add(struct object_key *at, enum type type, void *object) {
    make_entry(at, type, object);
    keyspace_add(&at->key, at->entry);
}

void object_key_replace(struct object_key *at, enum type type, void *object) {
    make_entry(at, type, object);
    const struct entry *old = keyspace_peek(&at->key);
    if (old == NULL) {
        keyspace_add(&at->key, at->entry);
        return;
    }
    /* The key may have held anything, even this type: it is a new value with no
     * expiry, but no new key, so this is one more use of the old one. */
    entry_set_used(at->entry, entry_used(old));
    key_use(at->entry);
    (void)keyspace_delete(&at->key);
    db_add(&at->key, at->entry);
}

void object_key_changed(struct object_key *at, bool empty, const char *event,
                        uint64_t changes) {
    /* First of all: the listeners may look at the value. */
    entry_set_object(at->entry, at->object);
    keyspace_changed(&at->key, event, changes);
    if (!empty)
        return;
    /* A collection without elements does not exist. Its end is an event, but no
     * further change. */
    (void)keyspace_delete(&at->key); /* it is there */
    keyspace_changed(&at->key, "gdel", 0);
}
