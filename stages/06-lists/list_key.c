#include "list_key.h"

#include "entry_object.h"
#include "lookup.h"

bool list_key_find(struct client *client, struct slice name,
                   struct list_key *at) {
    at->db = keyspace_db(client->database);
    at->key = keyspace_key(name);
    at->list = NULL;
    if (!lookup(client, at->db, &at->key, TYPE_LIST, &at->entry))
        return false;
    if (at->entry != NULL)
        at->list = entry_object(at->entry);
    return true;
}

void list_key_push(struct list_key *at, enum list_end end, struct slice value) {
    struct heap *heap = &at->db->heap;
    if (at->list == NULL) {
        at->list = list_new(heap);
        at->entry = entry_new_object(heap, at->key.text, TYPE_LIST, at->list);
        keyspace_add(at->db, &at->key, at->entry);
    }
    list_push(heap, &at->list, end, value);
}

void list_key_changed(struct list_key *at) {
    entry_set_object(at->entry, at->list);
    if (list_len(at->list) == 0)
        (void)keyspace_delete(at->db, &at->key); /* it is there */
    keyspace_changed(at->db, &at->key);
}

bool list_end_argument(struct client *client, struct slice word,
                       enum list_end *end) {
    bool left = slice_is(word, "left");
    *end = left ? LIST_HEAD : LIST_TAIL;
    if (left || slice_is(word, "right"))
        return true;
    reply_syntax_error(client);
    return false;
}
