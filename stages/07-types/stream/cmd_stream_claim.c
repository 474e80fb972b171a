/* XCLAIM and XAUTOCLAIM: a consumer takes over entries that are pending for
 * others. */
#include <stdlib.h>

#include "argument_at_least.h"
#include "arguments.h"
#include "command.h"
#include "stream_argument.h"
#include "stream_group_key.h"
#include "stream_reply.h"
#include "xalloc.h"

struct claim {
    struct stream_group_key at;
    struct stream_consumer *consumer; /* the consumer that claims */
    int64_t least_idle_ms;
    int64_t now_ms;
    int64_t delivered_ms; /* the delivery time to store */
    int64_t deliveries; /* the delivery count to store; negative: one more than
                           before */
    bool force;         /* also entries that are not pending */
    bool just_id;
    struct stream_id last_id;
    uint64_t changes;
};

enum claimed { CLAIMED, LEFT, GONE };

/* Claims one entry, if it is pending and has been idle for long enough. If the
 * entry is no longer in the stream, it is no longer pending either. */
static enum claimed claim_one(struct claim *claim, struct stream_id id) {
    struct heap *heap = keyspace_heap();
    struct stream_group *group = claim->at.group;
    if (!stream_has(claim->at.stream, id)) {
        claim->changes += stream_pending_remove(heap, group, id);
        return GONE;
    }
    struct stream_pending *item = stream_pending_find(group, id);
    if (item == NULL && !claim->force)
        return LEFT;
    if (item != NULL && claim->least_idle_ms > 0 &&
        claim->now_ms - item->delivered_ms < claim->least_idle_ms)
        return LEFT;
    /* As in Redis, an entry that nobody had begins with one delivery, and this
     * is the next. */
    bool forced = item == NULL;
    item = stream_pending_give(heap, group, id, claim->consumer);
    if (forced)
        item->deliveries = 1;
    item->delivered_ms = claim->delivered_ms;
    if (claim->deliveries >= 0)
        item->deliveries = (uint64_t)claim->deliveries;
    else if (!claim->just_id)
        item->deliveries++;
    claim->consumer->active_ms = claim->now_ms;
    claim->changes++;
    return CLAIMED;
}

static void reply_claimed(struct client *client, const struct claim *claim,
                          struct stream_id id) {
    if (claim->just_id)
        stream_reply_id(client, id);
    else
        (void)stream_reply_found(client, claim->at.stream, id);
}

static bool named_integer(struct client *client, struct slice argument,
                          const char *name, const char *command, int64_t *out) {
    if (parse_i64(argument.ptr, argument.len, out))
        return true;
    reply_errorf(client, "ERR Invalid %s argument for %s", name, command);
    return false;
}

/* Reads one of [IDLE ms] [TIME unix-time-milliseconds] [RETRYCOUNT count]
 * [LASTID id]. */
static bool claim_value(struct client *client, struct slice option,
                        struct slice value, struct claim *claim) {
    if (slice_is(option, "idle")) {
        if (!named_integer(client, value, "IDLE option", "XCLAIM",
                           &claim->delivered_ms))
            return false;
        /* Any number may come; what is no time is made one at the end. */
        if (__builtin_sub_overflow(claim->now_ms, claim->delivered_ms,
                                   &claim->delivered_ms))
            claim->delivered_ms = claim->now_ms;
        return true;
    }
    if (slice_is(option, "time"))
        return named_integer(client, value, "TIME option", "XCLAIM",
                             &claim->delivered_ms);
    if (slice_is(option, "retrycount"))
        return named_integer(client, value, "RETRYCOUNT option", "XCLAIM",
                             &claim->deliveries);
    return stream_argument_id(client, value, &claim->last_id);
}

/* Reads the options behind the IDs. */
static bool claim_options(struct client *client, const struct request *request,
                          size_t at, struct claim *claim) {
    for (; at < request->argc; at++) {
        struct slice option = request->argv[at];
        bool more = at + 1 < request->argc;
        if (slice_is(option, "force")) {
            claim->force = true;
        } else if (slice_is(option, "justid")) {
            claim->just_id = true;
        } else if (more &&
                   (slice_is(option, "idle") || slice_is(option, "time") ||
                    slice_is(option, "retrycount") ||
                    slice_is(option, "lastid"))) {
            if (!claim_value(client, option, request->argv[++at], claim))
                return false;
        } else {
            reply_errorf(client, "ERR Unrecognized XCLAIM option '%.*s'",
                         SLICE_WHOLE(option));
            return false;
        }
    }
    /* A wrong clock on another machine is no reason to fail. So a delivery is
     * never in the future, nor before 1970, and idle times do not overflow. */
    if (claim->delivered_ms < 0 || claim->delivered_ms > claim->now_ms)
        claim->delivered_ms = claim->now_ms;
    return true;
}

/* LASTID: moves the group on to that ID, unless it is further already. */
static bool advance(const struct claim *claim) {
    struct stream_group *group = claim->at.group;
    bool advances = stream_id_compare(claim->last_id, group->last_id) > 0;
    if (advances)
        group->last_id = claim->last_id;
    return advances;
}

/* XCLAIM key group consumer min-idle-time id [id ...] [IDLE ms]
 *        [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID]
 *        [LASTID id] */
static void cmd_xclaim(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct claim claim = {.now_ms = stream_now_ms(), .deliveries = -1};
    claim.delivered_ms = claim.now_ms;
    /* IDs end, and options begin, at the first word that is no ID. */
    size_t ids = stream_argument_ids(request, 5);
    if (!stream_group_key_get(client, argv[1], argv[2], &claim.at) ||
        !named_integer(client, argv[4], "min-idle-time", "XCLAIM",
                       &claim.least_idle_ms))
        return;
    if (!claim_options(client, request, ids, &claim))
        return;
    bool advanced = advance(&claim);
    claim.consumer =
        stream_group_key_consumer(&claim.at, argv[3], claim.now_ms);
    size_t begin = stream_reply_begin(client), count = 0;
    for (size_t i = 5; i < ids; i++) {
        struct stream_id id;
        (void)stream_id_parse(argv[i], 0, &id, NULL);
        if (claim_one(&claim, id) != CLAIMED)
            continue;
        reply_claimed(client, &claim, id);
        count++;
    }
    stream_reply_end(client, begin, count);
    /* A LASTID alone counts as a change; together with claimed entries it does
     * not count again. */
    claim.changes += advanced && claim.changes == 0;
    if (claim.changes > 0)
        object_key_changed(&claim.at.key, false, NULL, claim.changes);
}

/* A list of IDs. */
struct ids {
    struct stream_id *ids;
    size_t count, room;
};

static void ids_add(struct ids *ids, struct stream_id id) {
    if (ids->count == ids->room) {
        ids->room = ids->room * 2 + 16;
        ids->ids = xrealloc(ids->ids, ids->room * sizeof *ids->ids);
    }
    ids->ids[ids->count++] = id;
}

/* Claims pending entries from an ID on: up to count, deleted ones included,
 * while it looks at up to ten times as many. Returns the ID to go on from, or
 * 0-0 if nothing is left. */
static struct stream_id claim_from(struct claim *claim, struct stream_id from,
                                   int64_t count, struct ids *claimed,
                                   struct ids *gone) {
    const struct stream_index *pending = &claim->at.group->pending;
    const struct stream_id *found;
    int64_t attempts = count * 10;
    /* Each step searches anew, since claim_one() may have removed the item. */
    for (;;) {
        found = stream_index_item(pending, stream_index_seek(pending, from));
        if (found == NULL)
            return STREAM_ID_LEAST;
        struct stream_id id = *found;
        if (attempts-- == 0 || count == 0)
            return id;
        enum claimed what = claim_one(claim, id);
        if (what == CLAIMED)
            ids_add(claimed, id);
        else if (what == GONE)
            ids_add(gone, id);
        count -= what != LEFT;
        from = id;
        if (!stream_id_next(&from))
            return STREAM_ID_LEAST;
    }
}

/* [COUNT count] [JUSTID] */
static bool auto_options(struct client *client, const struct request *request,
                         struct claim *claim, int64_t *count) {
    /* Redis's upper bound for COUNT: it keeps room for that many IDs, of 16
     * bytes. */
    enum { LOOKED_AT = 16 };
    *count = 100;
    for (size_t i = 6; i < request->argc; i++) {
        struct slice option = request->argv[i];
        if (slice_is(option, "count") && i + 1 < request->argc) {
            const char *error = "ERR COUNT must be > 0";
            if (!argument_at_least(client, request->argv[++i], 1, error, count))
                return false;
            if (*count > INT64_MAX / LOOKED_AT) {
                reply_error(client, error);
                return false;
            }
        } else if (slice_is(option, "justid")) {
            claim->just_id = true;
        } else {
            reply_syntax_error(client);
            return false;
        }
    }
    return true;
}

/* XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID] */
static void cmd_xautoclaim(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct claim claim = {.now_ms = stream_now_ms(), .deliveries = -1};
    claim.delivered_ms = claim.now_ms;
    struct stream_id from;
    int64_t count;
    if (!named_integer(client, argv[4], "min-idle-time", "XAUTOCLAIM",
                       &claim.least_idle_ms) ||
        !stream_argument_start(client, argv[5], &from) ||
        !auto_options(client, request, &claim, &count)) {
        /* As in Redis, the key has been looked up before all that. */
        struct key key = keyspace_key(client, argv[1]);
        (void)keyspace_read(client, &key);
        return;
    }
    if (!stream_group_key_get(client, argv[1], argv[2], &claim.at))
        return;
    claim.consumer =
        stream_group_key_consumer(&claim.at, argv[3], claim.now_ms);
    /* The cursor comes first in the reply, and those that are gone last. */
    struct ids claimed = {0}, gone = {0};
    from = claim_from(&claim, from, count, &claimed, &gone);
    reply_array(client, 3);
    stream_reply_id(client, from);
    reply_array(client, claimed.count);
    for (size_t i = 0; i < claimed.count; i++)
        reply_claimed(client, &claim, claimed.ids[i]);
    reply_array(client, gone.count);
    for (size_t i = 0; i < gone.count; i++)
        stream_reply_id(client, gone.ids[i]);
    free(claimed.ids);
    free(gone.ids);
    if (claim.changes > 0)
        object_key_changed(&claim.at.key, false, NULL, claim.changes);
}

const struct command stream_claim_commands[] = {
    {"xclaim", cmd_xclaim, -6, CMD_WRITE | CMD_FAST},
    {"xautoclaim", cmd_xautoclaim, -6, CMD_WRITE | CMD_FAST},
    {0},
};
