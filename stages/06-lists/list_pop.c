#include "list_pop.h"

#include "list_reply.h"
#include "reply.h"

bool list_pop_first(struct client *client, const struct pop_arguments *pop) {
    struct list_key at;
    for (size_t i = 0; i < pop->key_count; i++) {
        if (!list_key_find(client, pop->keys[i], &at))
            return true;
        if (at.list == NULL)
            continue;
        reply_array(client, 2);
        reply_slice(client, pop->keys[i]);
        list_reply_pop(client, &at, pop->second ? LIST_TAIL : LIST_HEAD,
                       (uint64_t)pop->count);
        return true;
    }
    return false;
}
