/* XGROUP: the groups of a stream and their consumers. */
#include "arguments.h"
#include "command.h"
#include "stream_argument.h"
#include "stream_group_key.h"

struct group_options {
    bool make_stream;
    int64_t entries_read; /* -1: not known */
};

/* [MKSTREAM] [ENTRIESREAD entries-read] */
static bool group_options(struct client *client, const struct request *request,
                          bool creates, struct group_options *options) {
    const struct slice *argv = request->argv;
    *options = (struct group_options){.entries_read = -1};
    for (size_t i = 5; i < request->argc; i++) {
        if (creates && slice_is(argv[i], "mkstream")) {
            options->make_stream = true;
        } else if (slice_is(argv[i], "entriesread") && i + 1 < request->argc) {
            if (!argument_i64(client, argv[++i], &options->entries_read))
                return false;
            if (options->entries_read < -1) {
                reply_error(client, "ERR value for ENTRIESREAD must be "
                                    "positive or -1");
                return false;
            }
        } else {
            reply_bad_subcommand(client, request->argv[1], "XGROUP");
            return false;
        }
    }
    return true;
}

/* Returns true if no option was given twice, which is checked last; else gives
 * the error reply. */
static bool came_once(struct client *client, const struct request *request,
                      size_t most) {
    if (request->argc > most)
        reply_bad_subcommand(client, request->argv[1], "XGROUP");
    return request->argc <= most;
}

/* Finds the stream of a subcommand, which must exist, and if asked for its
 * group. */
static bool find_stream(struct client *client, const struct request *request,
                        struct stream_group_key *at) {
    if (!stream_group_key_find(client, request->argv[2], request->argv[3], at))
        return false;
    if (at->stream == NULL)
        reply_error(client,
                    "ERR The XGROUP subcommand requires the key to exist. Note "
                    "that for CREATE you may want to use the MKSTREAM option "
                    "to create an empty stream automatically.");
    return at->stream != NULL;
}

static bool find_group(struct client *client, const struct request *request,
                       struct stream_group_key *at) {
    if (!find_stream(client, request, at))
        return false;
    if (at->group == NULL)
        stream_group_key_missing(client, request->argv[2], request->argv[3]);
    return at->group != NULL;
}

/* "$" is the last ID of the stream. */
static bool is_last(struct slice argument) {
    return argument.len == 1 && argument.ptr[0] == '$';
}

/* XGROUP CREATE key group <id | $> [MKSTREAM] [ENTRIESREAD entries-read] */
static void xgroup_create(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct group_options options;
    struct stream_group_key at;
    if (!group_options(client, request, true, &options) ||
        !(options.make_stream
              ? stream_group_key_find(client, argv[2], argv[3], &at)
              : find_stream(client, request, &at)) ||
        !came_once(client, request, 8))
        return;
    /* "$" of a stream that does not exist yet is 0-0. */
    struct stream_id id = at.stream ? at.stream->last_id : STREAM_ID_LEAST;
    if (!is_last(argv[4]) && !stream_argument_id(client, argv[4], &id))
        return;
    if (at.group != NULL) {
        reply_error(client, "BUSYGROUP Consumer Group name already exists");
        return;
    }
    /* Nothing can go wrong any more, so the stream may be made. */
    struct heap *heap = keyspace_heap();
    if (at.stream == NULL) {
        at.stream = stream_new(heap);
        object_key_add(&at.key, TYPE_STREAM, at.stream);
    }
    (void)stream_group_add(heap, &at.stream->groups, argv[3], id,
                           options.entries_read);
    reply_ok(client);
    object_key_changed(&at.key, false, "txgroup-create", 1);
}

/* XGROUP SETID key group <id | $> [ENTRIESREAD entries-read] */
static void xgroup_setid(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct group_options options;
    struct stream_group_key at;
    if (!group_options(client, request, false, &options) ||
        !find_group(client, request, &at) || !came_once(client, request, 7))
        return;
    /* Unlike CREATE, Redis takes "-" and "+" here. */
    struct stream_id id = at.stream->last_id;
    if (!is_last(argv[4]) && !stream_argument_edge(client, argv[4], &id))
        return;
    /* It may go back; what is pending stays so. */
    at.group->last_id = id;
    at.group->entries_read = options.entries_read;
    reply_ok(client);
    object_key_changed(&at.key, false, "txgroup-setid", 1);
}

/* XGROUP DESTROY key group */
static void xgroup_destroy(struct client *client, struct request *request) {
    struct stream_group_key at;
    if (!find_stream(client, request, &at))
        return;
    reply_integer(client, at.group != NULL);
    if (at.group == NULL)
        return;
    stream_group_remove(keyspace_heap(), &at.stream->groups, at.group);
    /* This event wakes those who wait for the group: they get an error. */
    object_key_changed(&at.key, false, "txgroup-destroy", 1);
}

/* XGROUP CREATECONSUMER key group consumer */
static void xgroup_createconsumer(struct client *client,
                                  struct request *request) {
    struct stream_group_key at;
    if (!find_group(client, request, &at))
        return;
    struct slice name = request->argv[4];
    bool there = stream_consumer_find(at.group, name) != NULL;
    reply_integer(client, !there);
    if (there)
        return;
    (void)stream_consumer_add(keyspace_heap(), at.group, name, stream_now_ms());
    object_key_changed(&at.key, false, "txgroup-createconsumer", 1);
}

/* XGROUP DELCONSUMER key group consumer */
static void xgroup_delconsumer(struct client *client, struct request *request) {
    struct stream_group_key at;
    if (!find_group(client, request, &at))
        return;
    struct stream_consumer *consumer =
        stream_consumer_find(at.group, request->argv[4]);
    size_t pending = consumer != NULL ? consumer->pending.count : 0;
    reply_integer(client, (int64_t)pending);
    if (consumer == NULL)
        return;
    /* As in Redis, what was pending for it is nobody's from now on, and is not
     * delivered again. */
    stream_consumer_remove(keyspace_heap(), at.group, consumer);
    object_key_changed(&at.key, false, "txgroup-delconsumer", 1);
}

enum { MAKES = CMD_WRITE | CMD_DENYOOM };

const struct command stream_group_commands[] = {
    {"xgroup", NULL, -2, CMD_CONTAINER},
    {"xgroup|create", xgroup_create, -5, MAKES},
    {"xgroup|setid", xgroup_setid, -5, CMD_WRITE},
    {"xgroup|destroy", xgroup_destroy, 4, CMD_WRITE},
    {"xgroup|createconsumer", xgroup_createconsumer, 5, MAKES},
    {"xgroup|delconsumer", xgroup_delconsumer, 5, CMD_WRITE},
    {0},
};
