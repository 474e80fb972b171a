#include "object_key_replace.h"

#include "entry_object.h"
#include "key_use.h"

void object_key_replace(struct object_key *at, enum type type, void *object) {
    const struct entry *old = keyspace_peek(&at->key);
    if (old == NULL) {
        object_key_add(at, type, object);
        return;
    }
    at->object = object;
    at->entry = entry_new_object(keyspace_heap(), at->key.text, type, object);
    /* The key may have held anything, even this type: it is a new value with no
     * expiry, but no new key, so this is one more use of the old one. */
    entry_set_used(at->entry, entry_used(old));
    key_use(at->entry);
    (void)keyspace_delete(&at->key);
    db_add(&at->key, at->entry);
}
