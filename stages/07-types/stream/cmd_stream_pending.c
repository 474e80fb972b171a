/* XACK and XPENDING: entries that were delivered and are not acknowledged. */
#include "arguments.h"
#include "command.h"
#include "stream_argument.h"
#include "stream_group_key.h"
#include "stream_reply.h"

/* XACK key group id [id ...] */
static void cmd_xack(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct stream_group_key at;
    if (!stream_group_key_find(client, argv[1], argv[2], &at))
        return;
    if (at.group == NULL) {
        reply_integer(client, 0);
        return;
    }
    /* All IDs are checked before any of them is acknowledged. */
    struct stream_id id;
    for (size_t i = 3; i < request->argc; i++)
        if (!stream_argument_id(client, argv[i], &id))
            return;
    int64_t acknowledged = 0;
    for (size_t i = 3; i < request->argc; i++) {
        (void)stream_id_parse(argv[i], 0, &id, NULL);
        acknowledged += stream_pending_remove(keyspace_heap(), at.group, id);
    }
    if (acknowledged > 0)
        object_key_changed(&at.key, false, NULL, (uint64_t)acknowledged);
    reply_integer(client, acknowledged);
}

/* The number of pending entries of each consumer that has any. */
static void reply_consumers(struct client *client,
                            const struct stream_names *consumers) {
    size_t begin = stream_reply_begin(client), count = 0;
    const struct stream_consumer *consumer = NULL;
    while ((consumer = stream_names_next(consumers, consumer)) != NULL) {
        if (consumer->pending.count == 0)
            continue;
        reply_array(client, 2);
        reply_slice(client, consumer->name.text);
        reply_bulk_integer(client, (int64_t)consumer->pending.count);
        count++;
    }
    stream_reply_end(client, begin, count);
}

/* XPENDING key group: the number, the smallest and greatest ID, and the
 * consumers. */
static void reply_summary(struct client *client,
                          const struct stream_group *group) {
    const struct stream_index *pending = &group->pending;
    reply_array(client, 4);
    reply_integer(client, (int64_t)pending->count);
    if (pending->count == 0) {
        reply_null(client);
        reply_null(client);
        reply_null_array(client);
        return;
    }
    /* IDs are in order, so the ends of the index are the extremes. */
    struct stream_place first = {0, 0};
    const struct stream_pending *item = stream_index_item(pending, first);
    stream_reply_id(client, item->id);
    item = stream_index_last(pending);
    stream_reply_id(client, item->id);
    reply_consumers(client, &group->consumers);
}

struct listing {
    int64_t least_idle_ms, count;
    struct stream_id from, to;
    struct slice consumer; /* ptr is NULL: of all consumers */
};

/* [IDLE min-idle-time] start end count [consumer] */
static bool listing_arguments(struct client *client,
                              const struct request *request,
                              struct listing *listing) {
    const struct slice *argv = request->argv;
    size_t at = 3;
    *listing = (struct listing){0};
    if (slice_is(argv[3], "idle")) { /* there are three more words at least */
        if (!argument_i64(client, argv[4], &listing->least_idle_ms))
            return false;
        at += 2;
    }
    if (request->argc < at + 3) {
        reply_syntax_error(client);
        return false;
    }
    if (request->argc > at + 3)
        listing->consumer = argv[at + 3];
    return argument_i64(client, argv[at + 2], &listing->count) &&
           stream_argument_start(client, argv[at], &listing->from) &&
           stream_argument_end(client, argv[at + 1], &listing->to);
}

static void reply_pending(struct client *client,
                          const struct stream_pending *item, int64_t idle_ms) {
    reply_array(client, 4);
    stream_reply_id(client, item->id);
    reply_slice(client, item->consumer->name.text);
    reply_integer(client, idle_ms > 0 ? idle_ms : 0);
    reply_integer(client, (int64_t)item->deliveries);
}

/* A consumer's index has only IDs, so each is looked up in the group's. Entries
 * that have not been idle for long enough are passed over and do not count, so
 * with IDLE this may look at all that are pending. */
static void reply_listing(struct client *client,
                          const struct stream_group *group,
                          const struct stream_index *ids,
                          const struct listing *listing) {
    int64_t now_ms = stream_now_ms();
    size_t begin = stream_reply_begin(client);
    int64_t count = 0;
    const struct stream_id *id;
    struct stream_place place = stream_index_seek(ids, listing->from);
    for (; count < listing->count; stream_index_next(ids, &place)) {
        id = stream_index_item(ids, place);
        if (id == NULL || stream_id_compare(*id, listing->to) > 0)
            break;
        const struct stream_pending *item = stream_pending_find(group, *id);
        int64_t idle_ms = now_ms - item->delivered_ms;
        if (listing->least_idle_ms != 0 && idle_ms < listing->least_idle_ms)
            continue;
        reply_pending(client, item, idle_ms);
        count++;
    }
    stream_reply_end(client, begin, (size_t)count);
}

/* XPENDING key group [[IDLE min-idle-time] start end count [consumer]] */
static void cmd_xpending(struct client *client, struct request *request) {
    bool summary = request->argc == 3;
    struct listing listing;
    struct stream_group_key at;
    if (!summary && (request->argc < 6 || request->argc > 9)) {
        reply_syntax_error(client);
        return;
    }
    if ((!summary && !listing_arguments(client, request, &listing)) ||
        !stream_group_key_get(client, request->argv[1], request->argv[2], &at))
        return;
    if (summary) {
        reply_summary(client, at.group);
        return;
    }
    const struct stream_index *ids = &at.group->pending;
    if (listing.consumer.ptr != NULL) {
        struct stream_consumer *consumer =
            stream_consumer_find(at.group, listing.consumer);
        if (consumer == NULL) {
            reply_array(client, 0);
            return;
        }
        ids = &consumer->pending;
    }
    reply_listing(client, at.group, ids, &listing);
}

const struct command stream_pending_commands[] = {
    {"xack", cmd_xack, -4, CMD_WRITE | CMD_FAST},
    {"xpending", cmd_xpending, -3, CMD_READONLY},
    {0},
};
