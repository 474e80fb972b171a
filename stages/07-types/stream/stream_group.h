/* Groups of consumers, who share the entries of a stream.
 *
 *     group "mail"   last ID 1571-9        what was handed out, up to here
 *       pending      1571-3 alice  1571-7 bob  1571-9 alice
 *       consumers    alice: 1571-3 1571-9    bob: 1571-7
 *
 * Each new entry goes to one consumer of a group, and is pending until that
 * consumer acknowledges it. What is pending is only an ID: the entry itself may
 * have been deleted from the stream. The groups of a stream are named things
 * (stream_names.h); nothing here looks at the stream itself. */
#ifndef STREAM_GROUP_H
#define STREAM_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream_id.h"
#include "stream_index.h"
#include "stream_names.h"

struct stream_consumer {
    struct stream_name name;
    int64_t seen_ms;             /* when it last asked for something */
    int64_t active_ms;           /* when it last got something; or -1 */
    struct stream_index pending; /* IDs: struct stream_id */
};

struct stream_group {
    struct stream_name name;
    struct stream_id last_id;
    int64_t entries_read;        /* up to the last ID; -1: not known */
    struct stream_index pending; /* struct stream_pending */
    struct stream_names consumers;
};

struct stream_pending {
    struct stream_id id;
    int64_t delivered_ms;
    uint64_t deliveries;
    struct stream_consumer *consumer;
};

struct stream_group *stream_group_find(const struct stream_names *groups,
                                       struct slice name);
/* Adds a group; there must be none of that name. */
struct stream_group *stream_group_add(struct heap *heap,
                                      struct stream_names *groups,
                                      struct slice name,
                                      struct stream_id last_id,
                                      int64_t entries_read);
void stream_group_remove(struct heap *heap, struct stream_names *groups,
                         struct stream_group *group);

struct stream_consumer *stream_consumer_find(const struct stream_group *group,
                                             struct slice name);
struct stream_consumer *stream_consumer_add(struct heap *heap,
                                            struct stream_group *group,
                                            struct slice name, int64_t now_ms);
/* Removes a consumer, with all that is pending for it. */
void stream_consumer_remove(struct heap *heap, struct stream_group *group,
                            struct stream_consumer *consumer);

/* Returns the pending entry with that ID, or NULL. Good until the next
 * change. */
struct stream_pending *stream_pending_find(const struct stream_group *group,
                                           struct stream_id id);
/* Makes an entry pending for a consumer, whoever had it before. Returns its
 * record, in which all but the ID and the consumer is 0 if it was not
 * pending. */
struct stream_pending *stream_pending_give(struct heap *heap,
                                           struct stream_group *group,
                                           struct stream_id id,
                                           struct stream_consumer *consumer);
bool stream_pending_remove(struct heap *heap, struct stream_group *group,
                           struct stream_id id);

/* All groups of a stream. stream_groups_free_some() frees at most *most pieces,
 * and returns true when all are gone; stream_groups_copy() overwrites *copy. */
bool stream_groups_free_some(struct heap *heap, struct stream_names *groups,
                             size_t *most);
void stream_groups_copy(struct heap *to, struct stream_names *copy,
                        const struct stream_names *groups);
size_t stream_groups_memory(const struct stream_names *groups);

#endif
