/* The group of a stream at a key, as commands work on it. */
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

/* Finds a group. Returns false, after the error reply, when the key holds a
 * value of another type. Good until another key is changed. */
bool stream_group_key_find(struct client *client, struct slice key,
                           struct slice group, struct stream_group_key *at);

/* The same where it is an error that there is no such group. */
bool stream_group_key_get(struct client *client, struct slice key,
                          struct slice group, struct stream_group_key *at);

/* The error that a stream has no such group. */
void stream_group_key_missing(struct client *client, struct slice key,
                              struct slice group);

/* Finds a consumer, or makes it and says so. It has been seen now. */
struct stream_consumer *stream_group_key_consumer(struct stream_group_key *at,
                                                  struct slice name,
                                                  int64_t now_ms);

/* Milliseconds of the clock on the wall, as streams count them. */
int64_t stream_now_ms(void);

#endif
