/* Entries of streams as replies. */
#ifndef STREAM_REPLY_H
#define STREAM_REPLY_H

#include "client.h"
#include "reply.h"
#include "stream.h"

void stream_reply_id(struct client *client, struct stream_id id);

/* An entry: its ID, and an array of its fields and values. */
void stream_reply_entry(struct client *client,
                        const struct stream_entry *entry);

/* An array whose length is known only after its elements were written: pass the
 * result of begin to end. */
size_t stream_reply_begin(const struct client *client);
void stream_reply_end(struct client *client, size_t begin, size_t count);
/* The same with another head. */
void stream_reply_end_as(struct client *client, size_t begin, size_t count,
                         void (*head)(struct client *client, size_t count));

/* An array of the entries of a range, at most count; 0 means all. */
void stream_reply_range(struct client *client, struct stream_range *range,
                        uint64_t most);

/* The entry with that ID. Returns false, without a reply, if there is none. */
bool stream_reply_found(struct client *client, const struct stream *stream,
                        struct stream_id id);

#endif
