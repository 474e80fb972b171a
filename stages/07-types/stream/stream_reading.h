/* XREAD and XREADGROUP: their arguments, and what those who wait wait for. */
#ifndef STREAM_READING_H
#define STREAM_READING_H

#include "client.h"

struct stream_reading {
    bool by_group; /* XREADGROUP */
    bool has_group;
    struct slice group, consumer;
    uint64_t most; /* entries per stream; 0: all */
    bool no_ack;
    bool waits;
    int64_t until_us;
    const struct slice *keys, *ids; /* the number of each; or NULL */
    size_t count;
};

/* Reads the arguments of XREADGROUP or, without by_group, of XREAD; the options
 * may come in any order. The slices are those of the request. Returns false
 * after the error reply. */
bool stream_reading_arguments(struct client *client,
                              const struct request *request, bool by_group,
                              struct stream_reading *reading);

/* Returns true if an ID asks for the entries that the group has not been given
 * yet: ">", or the greatest of all IDs, which stands for it, as in Redis. */
bool stream_reading_is_new(struct slice id);

/* Returns false if a change with this event (see keyspace_changed()) can give
 * no waiting client anything to read, because it is one of a stream to which
 * neither entries have come nor is a group gone. The requests must not be run
 * again then: each run of XREADGROUP is a sign of life of its consumer, and
 * would make one anew that was just deleted. */
bool stream_reading_wakes(const char *event);

#endif
