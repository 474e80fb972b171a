#include "list_key.h"

#include "entry_object.h"
#include "pop_arguments.h"

bool list_key_find(struct client *client, struct slice name,
                   struct list_key *at) {
    bool fits = object_key_find(client, name, TYPE_LIST, &at->key);
    at->list = at->key.object;
    return fits;
}

void list_key_push(struct list_key *at, enum list_end end,
                   const struct slice *values, size_t count) {
    struct heap *heap = keyspace_heap();
    if (at->list == NULL) {
        at->list = list_new(heap);
        object_key_add(&at->key, TYPE_LIST, at->list);
    }
    list_push(heap, &at->list, end, values, count);
}

void list_key_expect(struct list_key *at, struct slice value) {
    list_expect(keyspace_heap(), &at->list, &value, 1);
    at->key.object = at->list;
    entry_set_object(at->key.entry, at->list);
}

void list_key_changed(struct list_key *at, const char *event,
                      uint64_t changes) {
    at->key.object = at->list;
    object_key_changed(&at->key, list_len(at->list) == 0, event, changes);
}

bool list_end_argument(struct client *client, struct slice word,
                       enum list_end *end) {
    bool right;
    bool good = argument_either(client, word, "left", "right", &right);
    *end = right ? LIST_TAIL : LIST_HEAD;
    return good;
}
