/* Commands that add entries to a stream, delete them, and read ranges of them.
 */
#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "object_key.h"
#include "stream_argument.h"
#include "stream_reply.h"

/* The ID of a new entry: the one that was asked for, or the time. If the clock
 * has not moved on since the last entry, it is the ID that follows the last
 * one. */
static struct stream_id new_id(const struct stream_options *options,
                               struct stream_id last) {
    struct stream_id id = options->id;
    if (!options->any_id && !options->any_seq)
        return id;
    if (options->any_id)
        id = (struct stream_id){(uint64_t)(clock_wall_us() / 1000), 0};
    /* A new millisecond begins with 0. If the clock was set back, the last ID's
     * millisecond goes on, so that IDs only grow. */
    if (options->any_id ? id.ms > last.ms : id.ms != last.ms)
        return id;
    if (options->any_id || last.seq < UINT64_MAX)
        (void)stream_id_next(&last); /* there is one: this was checked before */
    return last;
}

/* The reason why an entry cannot be added to a stream with that last ID; or
 * NULL. */
static const char *refusal(const struct request *request,
                           const struct stream_options *options,
                           struct stream_id last, struct stream_id id) {
    if (stream_id_compare(last, STREAM_ID_MOST) == 0)
        return "ERR The stream has exhausted the last possible ID, unable to "
               "add more items";
    if (stream_id_compare(id, last) <= 0)
        return "ERR The ID specified in XADD is equal or smaller than the "
               "target stream top item";
    size_t bytes = 0;
    for (size_t i = options->next; i < request->argc; i++)
        bytes += request->argv[i].len;
    return bytes > STREAM_ENTRY_MAX ? "ERR Elements are too large to be stored"
                                    : NULL;
}

static void add(struct client *client, struct object_key *at,
                const struct request *request,
                const struct stream_options *options) {
    struct heap *heap = keyspace_heap();
    struct stream *stream = at->object;
    struct stream_id last = stream ? stream->last_id : STREAM_ID_LEAST;
    struct stream_id id = new_id(options, last);
    const char *error = refusal(request, options, last, id);
    if (error != NULL) {
        reply_error(client, error);
        return;
    }
    if (stream == NULL) {
        stream = stream_new(heap);
        object_key_add(at, TYPE_STREAM, stream);
    }
    stream_append(heap, stream, id, request->argv + options->next,
                  (request->argc - options->next) / 2);
    uint64_t trimmed = 0;
    if (options->trim.kind != STREAM_TRIM_NONE)
        trimmed = stream_trim(heap, stream, &options->trim);
    stream_reply_id(client, id);
    object_key_changed(at, false, "txadd", 1);
    /* The second event of one command, which has been counted. */
    if (trimmed > 0)
        object_key_changed(at, false, "txtrim", 0);
}

/* XADD key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]]
 *      <* | id> field value [field value ...] */
static void cmd_xadd(struct client *client, struct request *request) {
    struct stream_options options;
    if (!stream_argument_options(client, request, true, &options))
        return;
    if (request->argc < options.next + 2 ||
        (request->argc - options.next) % 2 != 0) {
        command_reply_arity(client);
        return;
    }
    if (!options.any_id && !options.any_seq && stream_id_is_zero(options.id)) {
        reply_error(client,
                    "ERR The ID specified in XADD must be greater than 0-0");
        return;
    }
    struct object_key at;
    if (!object_key_find(client, request->argv[1], TYPE_STREAM, &at))
        return;
    if (at.object == NULL && options.only_if_there)
        reply_null(client);
    else
        add(client, &at, request, &options);
}

/* XLEN key */
static void cmd_xlen(struct client *client, struct request *request) {
    struct object_key at;
    if (!object_key_find(client, request->argv[1], TYPE_STREAM, &at))
        return;
    const struct stream *stream = at.object;
    reply_integer(client, stream != NULL ? (int64_t)stream->length : 0);
}

/* Reads [COUNT count] from the argument first on; -1 if it is not there. */
static bool count_option(struct client *client, const struct request *request,
                         size_t first, int64_t *count) {
    *count = -1;
    for (size_t i = first; i < request->argc; i += 2) {
        if (!slice_is(request->argv[i], "count") || i + 1 >= request->argc) {
            reply_syntax_error(client);
            return false;
        }
        if (!argument_i64(client, request->argv[i + 1], count))
            return false;
        if (*count < 0)
            *count = 0;
    }
    return true;
}

static void range(struct client *client, const struct request *request,
                  bool backwards) {
    struct slice start = request->argv[backwards ? 3 : 2];
    struct slice end = request->argv[backwards ? 2 : 3];
    struct stream_id from, to;
    int64_t count;
    struct object_key at;
    if (!stream_argument_start(client, start, &from) ||
        !stream_argument_end(client, end, &to) ||
        !count_option(client, request, 4, &count) ||
        !object_key_find(client, request->argv[1], TYPE_STREAM, &at))
        return;
    if (at.object == NULL) {
        reply_array(client, 0);
    } else if (count == 0) {
        /* One would expect an empty array, but this is what Redis answers. */
        reply_null_array(client);
    } else {
        struct stream_range range;
        stream_range_start(&range, at.object, from, to, backwards);
        stream_reply_range(client, &range, count > 0 ? (uint64_t)count : 0);
    }
}

/* XRANGE key start end [COUNT count] */
static void cmd_xrange(struct client *client, struct request *request) {
    range(client, request, false);
}

/* XREVRANGE key end start [COUNT count] */
static void cmd_xrevrange(struct client *client, struct request *request) {
    range(client, request, true);
}

/* XDEL key id [id ...] */
static void cmd_xdel(struct client *client, struct request *request) {
    struct object_key at;
    if (!object_key_find(client, request->argv[1], TYPE_STREAM, &at))
        return;
    if (at.object == NULL) {
        reply_integer(client, 0);
        return;
    }
    /* All IDs are checked before any entry is deleted. */
    struct stream_id id;
    for (size_t i = 2; i < request->argc; i++)
        if (!stream_argument_id(client, request->argv[i], &id))
            return;
    int64_t deleted = 0;
    for (size_t i = 2; i < request->argc; i++) {
        (void)stream_id_parse(request->argv[i], 0, &id, NULL);
        deleted += stream_delete(keyspace_heap(), at.object, id);
    }
    if (deleted > 0)
        object_key_changed(&at, false, "txdel", (uint64_t)deleted);
    reply_integer(client, deleted);
}

/* XTRIM key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] */
static void cmd_xtrim(struct client *client, struct request *request) {
    struct stream_options options;
    struct object_key at;
    if (!stream_argument_options(client, request, false, &options) ||
        !object_key_find(client, request->argv[1], TYPE_STREAM, &at))
        return;
    uint64_t trimmed = 0;
    if (at.object != NULL)
        trimmed = stream_trim(keyspace_heap(), at.object, &options.trim);
    if (trimmed > 0)
        object_key_changed(&at, false, "txtrim", trimmed);
    reply_integer(client, (int64_t)trimmed);
}

struct set_id {
    struct stream_id id, max_deleted;
    int64_t entries_added; /* -1: not given */
};

/* [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id] */
static bool set_id_option(struct client *client, struct slice word,
                          struct slice value, struct set_id *set) {
    const char *error = NULL;
    if (slice_is(word, "entriesadded")) {
        if (!argument_i64(client, value, &set->entries_added))
            return false;
        if (set->entries_added < 0)
            error = "ERR entries_added must be positive";
    } else if (slice_is(word, "maxdeletedid")) {
        if (!stream_argument_id(client, value, &set->max_deleted))
            return false;
        if (stream_id_compare(set->id, set->max_deleted) < 0)
            error = "ERR The ID specified in XSETID is smaller than the "
                    "provided max_deleted_entry_id";
    } else {
        error = "ERR syntax error";
    }
    if (error != NULL)
        reply_error(client, error);
    return error == NULL;
}

/* The reason why a stream cannot be set so; or NULL. */
static const char *set_id_refusal(const struct stream *stream,
                                  const struct set_id *set) {
    if (stream_id_compare(set->id, stream->max_deleted_id) < 0)
        return "ERR The ID specified in XSETID is smaller than current "
               "max_deleted_entry_id";
    if (stream->length == 0)
        return NULL;
    if (stream_id_compare(set->id, stream_top(stream)) < 0)
        return "ERR The ID specified in XSETID is smaller than the target "
               "stream top item";
    if (set->entries_added != -1 &&
        stream->length > (uint64_t)set->entries_added)
        return "ERR The entries_added specified in XSETID is smaller than the "
               "target stream length";
    return NULL;
}

/* XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID
 *        max-deleted-id] */
static void cmd_xsetid(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct set_id set = {.entries_added = -1};
    if (!stream_argument_id(client, argv[2], &set.id))
        return;
    /* A last word that stands alone is given no name, and so is an error. */
    for (size_t i = 3; i < request->argc; i += 2) {
        bool whole = i + 1 < request->argc;
        struct slice word = whole ? argv[i] : (struct slice){0};
        struct slice value = argv[whole ? i + 1 : i];
        if (!set_id_option(client, word, value, &set))
            return;
    }
    struct object_key at;
    if (!object_key_find(client, argv[1], TYPE_STREAM, &at))
        return;
    struct stream *stream = at.object;
    const char *error =
        stream != NULL ? set_id_refusal(stream, &set) : "ERR no such key";
    if (error != NULL) {
        reply_error(client, error);
        return;
    }
    stream_set_last(keyspace_heap(), stream, set.id);
    if (set.entries_added != -1)
        stream->entries_added = (uint64_t)set.entries_added;
    if (!stream_id_is_zero(set.max_deleted))
        stream->max_deleted_id = set.max_deleted;
    reply_ok(client);
    object_key_changed(&at, false, "txsetid", 1);
}

const struct command stream_commands[] = {
    {"xadd", cmd_xadd, -5, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"xlen", cmd_xlen, 2, CMD_READONLY | CMD_FAST},
    {"xrange", cmd_xrange, -4, CMD_READONLY},
    {"xrevrange", cmd_xrevrange, -4, CMD_READONLY},
    {"xdel", cmd_xdel, -3, CMD_WRITE | CMD_FAST},
    {"xtrim", cmd_xtrim, -4, CMD_WRITE},
    {"xsetid", cmd_xsetid, -3, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {0},
};
