/* XINFO: information about a stream, its groups, and their consumers. */
#include "arguments.h"
#include "command.h"
#include "stream_group_key.h"
#include "stream_reply.h"
#include "stream_tree.h"

static void reply_count(struct client *client, const char *name,
                        uint64_t count) {
    reply_text(client, name);
    reply_integer(client, (int64_t)count);
}

static void reply_named_id(struct client *client, const char *name,
                           struct stream_id id) {
    reply_text(client, name);
    stream_reply_id(client, id);
}

/* The beginning of both forms of XINFO STREAM: seven pairs. */
static void reply_stream(struct client *client, struct stream *stream) {
    reply_count(client, "length", stream->length);
    reply_count(client, "radix-tree-keys", stream->blocks.count);
    reply_count(client, "radix-tree-nodes", stream_tree_nodes(stream));
    reply_named_id(client, "last-generated-id", stream->last_id);
    reply_named_id(client, "max-deleted-entry-id", stream->max_deleted_id);
    reply_count(client, "entries-added", stream->entries_added);
    reply_named_id(client, "recorded-first-entry-id", stream->first_id);
}

/* The first entry from one end, or null. */
static void reply_edge(struct client *client, const struct stream *stream,
                       bool backwards) {
    struct stream_range range;
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST,
                       backwards);
    if (stream_range_next(&range))
        stream_reply_entry(client, &range.entry);
    else
        reply_null(client);
}

static void reply_brief(struct client *client, struct stream *stream) {
    reply_map(client, 10);
    reply_stream(client, stream);
    reply_count(client, "groups", stream->groups.used);
    reply_text(client, "first-entry");
    reply_edge(client, stream, false);
    reply_text(client, "last-entry");
    reply_edge(client, stream, true);
}

/* How far a group has read, as far as that is known: two pairs. */
static void reply_progress(struct client *client, const struct stream *stream,
                           const struct stream_group *group) {
    int64_t lag;
    reply_text(client, "entries-read");
    if (group->entries_read != -1)
        reply_integer(client, group->entries_read);
    else
        reply_null(client);
    reply_text(client, "lag");
    if (stream_lag(stream, group, &lag))
        reply_integer(client, lag);
    else
        reply_null(client);
}

/* The number of items in an index, and an array of the first few, each as reply
 * writes it. */
static void reply_items(struct client *client, const struct stream_index *items,
                        uint64_t most, const struct stream_group *group,
                        void (*reply)(struct client *client,
                                      const struct stream_pending *item)) {
    struct stream_place place = {0, 0};
    const struct stream_id *id;
    uint64_t count = items->count;
    if (most > 0 && most < count)
        count = most;
    reply_count(client, "pel-count", items->count);
    reply_text(client, "pending");
    reply_array(client, count);
    for (; count > 0; count--) {
        /* The record is the group's, also where items are a consumer's IDs. */
        id = stream_index_item(items, place);
        reply(client, stream_pending_find(group, *id));
        stream_index_next(items, &place);
    }
}

static void reply_of_group(struct client *client,
                           const struct stream_pending *item) {
    reply_array(client, 4);
    stream_reply_id(client, item->id);
    reply_slice(client, item->consumer->name.text);
    reply_integer(client, item->delivered_ms);
    reply_integer(client, (int64_t)item->deliveries);
}

static void reply_of_consumer(struct client *client,
                              const struct stream_pending *item) {
    reply_array(client, 3);
    stream_reply_id(client, item->id);
    reply_integer(client, item->delivered_ms);
    reply_integer(client, (int64_t)item->deliveries);
}

static void reply_full_group(struct client *client, const struct stream *stream,
                             const struct stream_group *group, uint64_t most) {
    reply_map(client, 7);
    reply_text(client, "name");
    reply_slice(client, group->name.text);
    reply_named_id(client, "last-delivered-id", group->last_id);
    reply_progress(client, stream, group);
    reply_items(client, &group->pending, most, group, reply_of_group);
    reply_text(client, "consumers");
    reply_array(client, group->consumers.used);
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) !=
           NULL) {
        reply_map(client, 5);
        reply_text(client, "name");
        reply_slice(client, consumer->name.text);
        reply_text(client, "seen-time");
        reply_integer(client, consumer->seen_ms);
        reply_text(client, "active-time");
        reply_integer(client, consumer->active_ms);
        reply_items(client, &consumer->pending, most, group, reply_of_consumer);
    }
}

/* The first few entries, and all groups with the first few of their pending
 * entries; 0 means all. */
static void reply_full(struct client *client, struct stream *stream,
                       uint64_t most) {
    struct stream_range range;
    reply_map(client, 9);
    reply_stream(client, stream);
    reply_text(client, "entries");
    stream_range_start(&range, stream, STREAM_ID_LEAST, STREAM_ID_MOST, false);
    stream_reply_range(client, &range, most);
    reply_text(client, "groups");
    reply_array(client, stream->groups.used);
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(&stream->groups, group)) != NULL)
        reply_full_group(client, stream, group, most);
}

/* Finds the stream at argv[2], which must exist. */
static struct stream *find(struct client *client,
                           const struct request *request) {
    struct object_key at;
    if (!object_key_find(client, request->argv[2], TYPE_STREAM, &at))
        return NULL;
    if (at.object == NULL)
        reply_error(client, "ERR no such key");
    return at.object;
}

/* XINFO STREAM key [FULL [COUNT count]] */
static void xinfo_stream(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct stream *stream = find(client, request);
    if (stream == NULL)
        return;
    if (request->argc == 3) {
        reply_brief(client, stream);
        return;
    }
    bool counted = request->argc == 6;
    int64_t count = 10;
    /* To Redis, any other words are a subcommand that it does not know. */
    if ((request->argc != 4 && !counted) || !slice_is(argv[3], "full") ||
        (counted && !slice_is(argv[4], "count"))) {
        reply_bad_subcommand(client, request->argv[1], "XINFO");
        return;
    }
    if (counted && !argument_i64(client, argv[5], &count))
        return;
    /* 0 asks for all; a negative count is taken for none. */
    reply_full(client, stream, count < 0 ? 10 : (uint64_t)count);
}

/* XINFO GROUPS key */
static void xinfo_groups(struct client *client, struct request *request) {
    const struct stream *stream = find(client, request);
    if (stream == NULL)
        return;
    reply_array(client, stream->groups.used);
    const struct stream_group *group = NULL;
    while ((group = stream_names_next(&stream->groups, group)) != NULL) {
        reply_map(client, 6);
        reply_text(client, "name");
        reply_slice(client, group->name.text);
        reply_count(client, "consumers", group->consumers.used);
        reply_count(client, "pending", group->pending.count);
        reply_named_id(client, "last-delivered-id", group->last_id);
        reply_progress(client, stream, group);
    }
}

/* The milliseconds that have passed since a moment; never negative. */
static int64_t since(int64_t ms) {
    int64_t now_ms = stream_now_ms();
    return now_ms > ms ? now_ms - ms : 0;
}

/* XINFO CONSUMERS key group */
static void xinfo_consumers(struct client *client, struct request *request) {
    const struct stream *stream = find(client, request);
    if (stream == NULL)
        return;
    const struct stream_group *group =
        stream_group_find(&stream->groups, request->argv[3]);
    if (group == NULL) {
        stream_group_key_missing(client, request->argv[2], request->argv[3]);
        return;
    }
    reply_array(client, group->consumers.used);
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(&group->consumers, consumer)) !=
           NULL) {
        int64_t active_ms = consumer->active_ms; /* -1: it never got anything */
        reply_map(client, 4);
        reply_text(client, "name");
        reply_slice(client, consumer->name.text);
        reply_count(client, "pending", consumer->pending.count);
        reply_text(client, "idle");
        reply_integer(client, since(consumer->seen_ms));
        reply_text(client, "inactive");
        reply_integer(client, active_ms != -1 ? since(active_ms) : -1);
    }
}

const struct command stream_info_commands[] = {
    {"xinfo", NULL, -2, CMD_CONTAINER},
    {"xinfo|stream", xinfo_stream, -3, CMD_READONLY},
    {"xinfo|groups", xinfo_groups, 3, CMD_READONLY},
    {"xinfo|consumers", xinfo_consumers, 4, CMD_READONLY},
    {0},
};
