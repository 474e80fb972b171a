#include "object_key.h"

#include "arguments.h"
#include "entry_object.h"

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

void object_key_add(struct object_key *at, enum type type, void *object) {
    at->object = object;
    at->entry = entry_new_object(keyspace_heap(), at->key.text, type, object);
    keyspace_add(&at->key, at->entry);
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
