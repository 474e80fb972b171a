#include "stream_group_key.h"

#include "clock.h"
#include "reply.h"

bool stream_group_key_find(struct client *client, struct slice key,
                           struct slice group, struct stream_group_key *at) {
    if (!object_key_find(client, key, TYPE_STREAM, &at->key))
        return false;
    at->stream = at->key.object;
    at->group = at->stream != NULL
                    ? stream_group_find(&at->stream->groups, group)
                    : NULL;
    return true;
}

bool stream_group_key_get(struct client *client, struct slice key,
                          struct slice group, struct stream_group_key *at) {
    if (!stream_group_key_find(client, key, group, at))
        return false;
    if (at->group == NULL)
        reply_errorf(client,
                     "NOGROUP No such key '%.*s' or consumer group '%.*s'",
                     SLICE_WHOLE(key), SLICE_WHOLE(group));
    return at->group != NULL;
}

void stream_group_key_missing(struct client *client, struct slice key,
                              struct slice group) {
    reply_errorf(client,
                 "NOGROUP No such consumer group '%.*s' for key name '%.*s'",
                 SLICE_WHOLE(group), SLICE_WHOLE(key));
}

struct stream_consumer *stream_group_key_consumer(struct stream_group_key *at,
                                                  struct slice name,
                                                  int64_t now_ms) {
    struct stream_consumer *consumer = stream_consumer_find(at->group, name);
    if (consumer == NULL) {
        consumer =
            stream_consumer_add(keyspace_heap(), at->group, name, now_ms);
        object_key_changed(&at->key, false, "txgroup-createconsumer", 1);
    }
    /* As in Redis 7.2, even if there is nothing for it (see active_ms). */
    consumer->seen_ms = now_ms;
    return consumer;
}

int64_t stream_now_ms(void) {
    return clock_wall_us() / 1000;
}
