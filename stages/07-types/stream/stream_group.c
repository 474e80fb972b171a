#include "stream_group.h"

struct stream_group *stream_group_find(const struct stream_names *groups,
                                       struct slice name) {
    return stream_names_find(groups, name);
}

struct stream_group *stream_group_add(struct heap *heap,
                                      struct stream_names *groups,
                                      struct slice name,
                                      struct stream_id last_id,
                                      int64_t entries_read) {
    struct stream_group *group = heap_alloc(heap, sizeof *group);
    *group = (struct stream_group){.name.text = stream_name_new(heap, name),
                                   .last_id = last_id,
                                   .entries_read = entries_read};
    stream_index_init(&group->pending, sizeof(struct stream_pending));
    stream_names_add(groups, group);
    return group;
}

struct stream_consumer *stream_consumer_find(const struct stream_group *group,
                                             struct slice name) {
    return stream_names_find(&group->consumers, name);
}

struct stream_consumer *stream_consumer_add(struct heap *heap,
                                            struct stream_group *group,
                                            struct slice name, int64_t now_ms) {
    struct stream_consumer *consumer = heap_alloc(heap, sizeof *consumer);
    *consumer =
        (struct stream_consumer){.name.text = stream_name_new(heap, name),
                                 .seen_ms = now_ms,
                                 .active_ms = -1};
    stream_index_init(&consumer->pending, sizeof(struct stream_id));
    stream_names_add(&group->consumers, consumer);
    return consumer;
}

/* Frees a consumer, but not what is pending for it, which its group has as
 * well. Frees at most *most pieces, which are leaves of up to 64 IDs, and
 * returns true when the consumer is gone. */
static bool free_consumer(struct heap *heap, struct stream_group *group,
                          struct stream_consumer *consumer, size_t *most) {
    if (!stream_index_free_some(heap, &consumer->pending, most))
        return false;
    stream_names_remove(&group->consumers, consumer);
    stream_name_free(heap, consumer->name.text);
    heap_free(heap, consumer, sizeof *consumer);
    return true;
}

void stream_consumer_remove(struct heap *heap, struct stream_group *group,
                            struct stream_consumer *consumer) {
    struct stream_place place = {0, 0};
    const struct stream_id *id;
    /* Only the group's index changes, so the place in the consumer's is good.
     * Each of these IDs is in both. */
    while ((id = stream_index_item(&consumer->pending, place)) != NULL) {
        (void)stream_index_remove(heap, &group->pending, *id);
        stream_index_next(&consumer->pending, &place);
    }
    size_t most = SIZE_MAX;
    (void)free_consumer(heap, group, consumer, &most);
}

static bool free_group(struct heap *heap, struct stream_names *groups,
                       struct stream_group *group, size_t *most) {
    struct stream_names *consumers = &group->consumers;
    while (consumers->used > 0)
        if (*most == 0 ||
            !free_consumer(heap, group, stream_names_last(consumers), most))
            return false;
    if (!stream_index_free_some(heap, &group->pending, most))
        return false;
    stream_names_remove(groups, group);
    stream_name_free(heap, group->name.text);
    heap_free(heap, group, sizeof *group);
    return true;
}

void stream_group_remove(struct heap *heap, struct stream_names *groups,
                         struct stream_group *group) {
    /* All at once, which is O(pending / 64). */
    size_t most = SIZE_MAX;
    (void)free_group(heap, groups, group, &most);
}

bool stream_groups_free_some(struct heap *heap, struct stream_names *groups,
                             size_t *most) {
    while (groups->used > 0)
        if (*most == 0 ||
            !free_group(heap, groups, stream_names_last(groups), most))
            return false;
    return true;
}

/* Copies a consumer. Its pending entries are those of the copied group, too. */
static void copy_consumer(struct heap *to, struct stream_group *group,
                          const struct stream_consumer *consumer) {
    struct stream_consumer *copy =
        stream_consumer_add(to, group, consumer->name.text, consumer->seen_ms);
    copy->active_ms = consumer->active_ms;
    stream_index_copy(to, &copy->pending, &consumer->pending);
    struct stream_place place = {0, 0};
    const struct stream_id *id;
    while ((id = stream_index_item(&copy->pending, place)) != NULL) {
        stream_pending_find(group, *id)->consumer = copy;
        stream_index_next(&copy->pending, &place);
    }
}

void stream_groups_copy(struct heap *to, struct stream_names *copy,
                        const struct stream_names *groups) {
    *copy = (struct stream_names){0};
    const struct stream_group *from = NULL;
    while ((from = stream_names_next(groups, from)) != NULL) {
        struct stream_group *group = stream_group_add(
            to, copy, from->name.text, from->last_id, from->entries_read);
        /* These copies still point to the old consumers, until each of the new
         * ones has taken over its own. */
        stream_index_copy(to, &group->pending, &from->pending);
        const struct stream_consumer *consumer = NULL;
        while ((consumer = stream_names_next(&from->consumers, consumer)) !=
               NULL)
            copy_consumer(to, group, consumer);
    }
}

static size_t group_memory(const struct stream_group *group) {
    size_t bytes = heap_round(sizeof *group) +
                   heap_round(group->name.text.len) +
                   stream_index_memory(&group->pending);
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) != NULL)
        bytes += heap_round(sizeof *consumer) +
                 heap_round(consumer->name.text.len) +
                 stream_index_memory(&consumer->pending);
    return bytes;
}

size_t stream_groups_memory(const struct stream_names *groups) {
    size_t bytes = 0;
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(groups, group)) != NULL)
        bytes += group_memory(group);
    return bytes;
}

struct stream_pending *stream_pending_find(const struct stream_group *group,
                                           struct stream_id id) {
    return stream_index_find(&group->pending, id);
}

struct stream_pending *stream_pending_give(struct heap *heap,
                                           struct stream_group *group,
                                           struct stream_id id,
                                           struct stream_consumer *consumer) {
    struct stream_pending *pending = stream_pending_find(group, id);
    if (pending == NULL)
        pending = stream_index_add(heap, &group->pending, id);
    if (pending->consumer == consumer)
        return pending;
    /* The two changes are in other indexes, so the record stays where it is. */
    if (pending->consumer != NULL)
        (void)stream_index_remove(heap, &pending->consumer->pending, id);
    (void)stream_index_add(heap, &consumer->pending, id);
    pending->consumer = consumer;
    return pending;
}

bool stream_pending_remove(struct heap *heap, struct stream_group *group,
                           struct stream_id id) {
    const struct stream_pending *pending = stream_pending_find(group, id);
    if (pending == NULL)
        return false;
    /* The group's index goes second: it holds the record that names the
     * consumer. */
    (void)stream_index_remove(heap, &pending->consumer->pending, id);
    return stream_index_remove(heap, &group->pending, id);
}
