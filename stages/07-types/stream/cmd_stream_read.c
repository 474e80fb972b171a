/* XREAD and XREADGROUP: they read several streams at once, from where the
 * reader or its group has come to, and may wait for new entries. */
#include <stdlib.h>

#include "arguments.h"
#include "blocking.h"
#include "command.h"
#include "entry_object.h"
#include "stream_argument.h"
#include "stream_group_key.h"
#include "stream_reading.h"
#include "stream_reply.h"
#include "xalloc.h"

/* The words that stand for IDs: "$" for the last one there is, and ">" for
 * where the group has come to. */
static bool is_last(struct slice id) {
    return id.len == 1 && id.ptr[0] == '$';
}

static bool is_new(struct slice id) {
    return id.len == 1 && id.ptr[0] == '>';
}

/* Reads an ID, and returns false if it is not valid. ">" gives the greatest of
 * all. */
static bool id_argument(struct client *client,
                        const struct stream_reading *reading,
                        struct slice argument, struct stream_id *id) {
    const char *error = NULL;
    *id = STREAM_ID_MOST;
    if (is_last(argument) && reading->by_group)
        error = "ERR The $ ID is meaningless in the context of XREADGROUP: you "
                "want to read the history of this consumer by specifying a "
                "proper ID, or use the > ID to get new messages. The $ ID "
                "would just return an empty result set.";
    else if (is_new(argument) && !reading->by_group)
        error = "ERR The > ID can be specified only when calling XREADGROUP "
                "using the GROUP <group> <consumer> option.";
    else if (!is_last(argument) && !is_new(argument))
        return stream_argument_id(client, argument, id);
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

/* Returns true if all of the streams can be read: their types, groups and IDs.
 * This comes before the first of them is read, since an error must not follow
 * entries, nor a change of a group. */
static bool check(struct client *client, const struct stream_reading *reading) {
    for (size_t i = 0; i < reading->count; i++) {
        struct object_key at;
        struct slice key = reading->keys[i];
        struct stream_id id;
        if (!object_key_find(client, key, TYPE_STREAM, &at))
            return false;
        const struct stream *stream = at.object;
        if (reading->by_group &&
            (stream == NULL ||
             stream_group_find(&stream->groups, reading->group) == NULL)) {
            reply_errorf(client,
                         "NOGROUP No such key '%.*s' or consumer group '%.*s' "
                         "in XREADGROUP with GROUP option",
                         SLICE_WHOLE(key), SLICE_WHOLE(reading->group));
            return false;
        }
        if (!id_argument(client, reading, reading->ids[i], &id))
            return false;
    }
    return true;
}

/* The head of the reply for one stream: its key; the entries follow. */
static void reply_head(struct client *client, struct slice key) {
    reply_keyed(client);
    reply_slice(client, key);
}

/* XREAD: the entries after an ID. */
static bool read_after(struct client *client,
                       const struct stream_reading *reading, struct slice key,
                       const struct stream *stream, struct stream_id id) {
    if (stream->length == 0 || stream_id_compare(stream_top(stream), id) <= 0)
        return false;
    struct stream_range range;
    (void)stream_id_next(&id); /* there is one: the ID is below the top */
    reply_head(client, key);
    stream_range_start(&range, stream, id, STREAM_ID_MOST, false);
    stream_reply_range(client, &range, reading->most);
    return true;
}

/* A consumer that reads for its group. */
struct reader {
    struct heap *heap;
    struct stream *stream;
    struct stream_group *group;
    struct stream_consumer *consumer;
    int64_t now_ms;
};

/* Makes an entry pending for the reader. After XGROUP SETID has taken the group
 * back, another consumer may have it; it is the reader's from now on. */
static void deliver(struct reader *reader, struct stream_id id) {
    struct stream_pending *pending =
        stream_pending_give(reader->heap, reader->group, id, reader->consumer);
    pending->delivered_ms = reader->now_ms;
    pending->deliveries = 1;
    reader->consumer->active_ms = reader->now_ms;
}

/* The entries that the group has not been given yet. */
static bool read_new(struct client *client,
                     const struct stream_reading *reading, struct slice key,
                     struct reader *reader) {
    struct stream_id id = reader->group->last_id;
    if (reader->stream->length == 0 ||
        stream_id_compare(stream_top(reader->stream), id) <= 0)
        return false;
    struct stream_range range;
    (void)stream_id_next(&id); /* there is one: the ID is below the top */
    reply_head(client, key);
    size_t begin = stream_reply_begin(client), count = 0;
    stream_range_start(&range, reader->stream, id, STREAM_ID_MOST, false);
    while ((reading->most == 0 || count < reading->most) &&
           stream_range_next(&range)) {
        id = range.entry.id;
        stream_advance(reader->stream, reader->group, id);
        stream_reply_entry(client, &range.entry);
        if (!reading->no_ack)
            deliver(reader, id);
        count++;
    }
    stream_reply_end(client, begin, count);
    return true;
}

/* The entries after an ID that are pending for the consumer, with null in place
 * of the fields if an entry has been deleted. */
static void read_history(struct client *client,
                         const struct stream_reading *reading, struct slice key,
                         struct reader *reader, struct stream_id id) {
    const struct stream_index *pending = &reader->consumer->pending;
    const struct stream_id *found;
    (void)stream_id_next(&id); /* there is one: ">" was not asked for */
    struct stream_place place = stream_index_seek(pending, id);
    reply_head(client, key);
    size_t begin = stream_reply_begin(client), count = 0;
    while ((reading->most == 0 || count < reading->most) &&
           (found = stream_index_item(pending, place)) != NULL) {
        /* Reading it again is one more delivery. */
        if (stream_reply_found(client, reader->stream, *found)) {
            struct stream_pending *known =
                stream_pending_find(reader->group, *found);
            known->delivered_ms = reader->now_ms;
            known->deliveries++;
        } else {
            reply_array(client, 2);
            stream_reply_id(client, *found);
            reply_null_array(client);
        }
        count++;
        stream_index_next(pending, &place);
    }
    stream_reply_end(client, begin, count);
}

/* XREADGROUP: creates the consumer if it does not exist. */
static bool read_by_group(struct client *client,
                          const struct stream_reading *reading, size_t number,
                          struct object_key *at, struct stream_id id) {
    struct stream *stream = at->object;
    struct stream_group_key of = {
        *at, stream, stream_group_find(&stream->groups, reading->group)};
    struct reader reader = {
        .heap = keyspace_heap(),
        .stream = stream,
        .group = of.group,
        .now_ms = stream_now_ms(),
    };
    reader.consumer =
        stream_group_key_consumer(&of, reading->consumer, reader.now_ms);
    bool served = true;
    /* A history is always an answer, even if it is empty, so who asks for it
     * never waits. */
    if (stream_reading_is_new(reading->ids[number]))
        served = read_new(client, reading, at->key.text, &reader);
    else
        read_history(client, reading, at->key.text, &reader, id);
    if (served) /* Redis announces no event for what a group has read */
        object_key_changed(at, false, NULL, 1);
    return served;
}

/* Reads the streams. Returns how many of them had entries. */
static size_t serve(struct client *client,
                    const struct stream_reading *reading) {
    size_t begin = stream_reply_begin(client), served = 0;
    for (size_t i = 0; i < reading->count; i++) {
        struct object_key at;
        struct stream_id id;
        if (!object_key_find(client, reading->keys[i], TYPE_STREAM, &at) ||
            !id_argument(client, reading, reading->ids[i], &id))
            break; /* cannot happen: check() has looked at it */
        if (at.object == NULL)
            continue;
        if (reading->by_group)
            served += read_by_group(client, reading, i, &at, id);
        else
            served +=
                read_after(client, reading, reading->keys[i], at.object, id);
    }
    if (served > 0)
        stream_reply_end_as(client, begin, served, reply_by_key);
    return served;
}

/* Replaces each "$" by the stream's last ID, since it means the ID as of now.
 */
static void resolve_last(struct client *client,
                         const struct stream_reading *reading,
                         struct slice *ids, char (*texts)[STREAM_ID_MAX_TEXT]) {
    for (size_t i = 0; i < reading->count; i++) {
        if (!is_last(ids[i]))
            continue;
        struct key key = keyspace_key(client, reading->keys[i]);
        const struct entry *entry = keyspace_peek(&key); /* it was read */
        const struct stream *stream =
            entry != NULL ? entry_object(entry) : NULL;
        size_t len = stream_id_format(
            texts[i], stream != NULL ? stream->last_id : STREAM_ID_LEAST);
        ids[i] = (struct slice){texts[i], len};
    }
}

static void wait_for_more(struct client *client, const struct request *request,
                          const struct stream_reading *reading) {
    /* A request that is run again has no "$" left. One of a group must also
     * hear that its stream or group is gone. */
    if (reading->by_group || client->state.waiter != NULL) {
        blocking_wait(client, request, reading->keys, reading->count,
                      reading->by_group ? BLOCKING_ANY_CHANGE : TYPE_STREAM,
                      reading->until_us);
        return;
    }
    /* blocking_wait() keeps a copy of its own. */
    struct request kept = {.argc = request->argc};
    char(*texts)[STREAM_ID_MAX_TEXT] = xcalloc(reading->count, sizeof *texts);
    kept.argv = xcalloc(request->argc, sizeof *kept.argv);
    memcpy(kept.argv, request->argv, request->argc * sizeof *kept.argv);
    resolve_last(client, reading, kept.argv + (reading->ids - request->argv),
                 texts);
    blocking_wait(client, &kept, reading->keys, reading->count, TYPE_STREAM,
                  reading->until_us);
    free(kept.argv);
    free(texts);
}

static void read_or_wait(struct client *client, const struct request *request,
                         bool by_group) {
    struct stream_reading reading;
    if (!stream_reading_arguments(client, request, by_group, &reading) ||
        !check(client, &reading) || serve(client, &reading) > 0)
        return;
    if (reading.waits)
        wait_for_more(client, request, &reading);
    else
        reply_null_array(client);
}

/* XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...] */
static void cmd_xread(struct client *client, struct request *request) {
    read_or_wait(client, request, false);
}

/* XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK]
 *            STREAMS key [key ...] id [id ...] */
static void cmd_xreadgroup(struct client *client, struct request *request) {
    read_or_wait(client, request, true);
}

const struct command stream_read_commands[] = {
    {"xread", cmd_xread, -4, CMD_READONLY | CMD_BLOCKING},
    {"xreadgroup", cmd_xreadgroup, -7, CMD_WRITE | CMD_BLOCKING},
    {0},
};
