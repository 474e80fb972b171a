/* The group of a stream at a key, for commands that work on it. */
#ifndef STREAM_GROUP_KEY_H
#define STREAM_GROUP_KEY_H

#include "object_key.h"
#include "stream.h"
#include "stream_group.h"

struct stream_group_key {
    struct object_key key;
    struct stream *stream;      /* NULL when there is no such key */
    struct stream_group *group; /* NULL when there is none */
};

/* Finds a group. Returns false, after the error reply, if the value at the key
 * has another type. The result is good until another key is changed. */
bool stream_group_key_find(struct client *client, struct slice key,
                           struct slice group, struct stream_group_key *at);

/* The same, but a missing group is an error, too. */
bool stream_group_key_get(struct client *client, struct slice key,
                          struct slice group, struct stream_group_key *at);

/* Gives the error reply for a group that the stream does not have. */
void stream_group_key_missing(struct client *client, struct slice key,
                              struct slice group);

/* Finds a consumer, or makes it and announces that. It counts as seen now. */
struct stream_consumer *stream_group_key_consumer(struct stream_group_key *at,
                                                  struct slice name,
                                                  int64_t now_ms);

/* Returns the milliseconds of the clock on the wall, by which streams count. */
int64_t stream_now_ms(void);

#endif
