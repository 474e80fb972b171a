/* SUBSCRIBE PSUBSCRIBE SSUBSCRIBE and their opposites, PUBLISH SPUBLISH
 * PUBSUB. */
#include "blocking.h"
#include "pubsub.h"
#include "resp3.h"
#include "told.h"

/* The names of the two commands of each kind, as in their replies. */
static const struct {
    const char *subscribe, *unsubscribe;
} names[TOPIC_KINDS] = {
    [TOPIC_CHANNEL] = {"subscribe", "unsubscribe"},
    [TOPIC_PATTERN] = {"psubscribe", "punsubscribe"},
    [TOPIC_SHARD] = {"ssubscribe", "sunsubscribe"},
};

/* The count in a reply. Channels and patterns are counted together: a client
 * for which it is 0 may use all commands again. */
static size_t count_told(const struct client *client, enum topic_kind kind) {
    if (kind == TOPIC_SHARD)
        return pubsub_count(client, TOPIC_SHARD);
    return pubsub_count(client, TOPIC_CHANNEL) +
           pubsub_count(client, TOPIC_PATTERN);
}

/* Writes the reply to a subscription or its end; name is NULL if there was
 * nothing to end. */
static void tell(struct client *client, const char *what,
                 const struct slice *name, enum topic_kind kind) {
    reply_push(client, 3);
    reply_text(client, what);
    if (name != NULL)
        reply_slice(client, *name);
    else
        reply_null(client);
    reply_integer(client, (int64_t)count_told(client, kind));
}

/* These replies are messages, so even a client that wants no replies gets them,
 * unless it is being closed. Returns where its other replies go, which the
 * caller sets again. */
static struct buf *begin_telling(struct client *client) {
    struct buf *out = client->out;
    if (client->state.replies != REPLIES_ON && !client->conn->ending)
        client->out = conn_out(client->conn);
    return out;
}

static void subscribe(struct client *client, const struct request *request,
                      enum topic_kind kind) {
    struct buf *out = begin_telling(client);
    for (size_t i = 1; i < request->argc; i++) {
        pubsub_subscribe(client, kind, request->argv[i]);
        tell(client, names[kind].subscribe, &request->argv[i], kind);
    }
    client->out = out;
}

static void unsubscribe_from_all(struct client *client, enum topic_kind kind) {
    struct slice name;
    bool any = false;
    for (; pubsub_any(client, kind, &name); any = true) {
        /* The count in the reply is that after the end of the subscription,
         * which may free the topic, and its name with it. */
        struct buf copy = {0};
        buf_append(&copy, name.ptr, name.len);
        pubsub_unsubscribe(client, kind, name);
        name.ptr = name.len > 0 ? buf_bytes(&copy) : NULL;
        tell(client, names[kind].unsubscribe, &name, kind);
        buf_free(&copy);
    }
    if (!any)
        tell(client, names[kind].unsubscribe, NULL, kind);
}

static void unsubscribe(struct client *client, const struct request *request,
                        enum topic_kind kind) {
    struct buf *out = begin_telling(client);
    if (request->argc == 1)
        unsubscribe_from_all(client, kind);
    for (size_t i = 1; i < request->argc; i++) {
        pubsub_unsubscribe(client, kind, request->argv[i]);
        tell(client, names[kind].unsubscribe, &request->argv[i], kind);
    }
    client->out = out;
}

/* SUBSCRIBE channel [channel ...] */
static void cmd_subscribe(struct client *client, struct request *request) {
    subscribe(client, request, TOPIC_CHANNEL);
}

/* PSUBSCRIBE pattern [pattern ...] */
static void cmd_psubscribe(struct client *client, struct request *request) {
    subscribe(client, request, TOPIC_PATTERN);
}

/* SSUBSCRIBE shardchannel [shardchannel ...]
 *
 * Unlike the others it is refused in a transaction. */
static void cmd_ssubscribe(struct client *client, struct request *request) {
    if (!stage_may_wait(client)) {
        reply_error(client, "ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING "
                            "client");
        return;
    }
    subscribe(client, request, TOPIC_SHARD);
}

/* UNSUBSCRIBE [channel [channel ...]] */
static void cmd_unsubscribe(struct client *client, struct request *request) {
    unsubscribe(client, request, TOPIC_CHANNEL);
}

/* PUNSUBSCRIBE [pattern [pattern ...]] */
static void cmd_punsubscribe(struct client *client, struct request *request) {
    unsubscribe(client, request, TOPIC_PATTERN);
}

/* SUNSUBSCRIBE [shardchannel [shardchannel ...]] */
static void cmd_sunsubscribe(struct client *client, struct request *request) {
    unsubscribe(client, request, TOPIC_SHARD);
}

/* PUBLISH channel message
 *
 * The number counts who listens here. Those at the replicas are not known. */
static void cmd_publish(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    reply_integer(client,
                  (int64_t)pubsub_publish(TOPIC_CHANNEL, argv[1], argv[2]));
    told_message(client, request);
}

/* SPUBLISH shardchannel message */
static void cmd_spublish(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    reply_integer(client,
                  (int64_t)pubsub_publish(TOPIC_SHARD, argv[1], argv[2]));
    told_message(client, request);
}

/* Collects the names of topics for a reply. */
struct listing {
    struct slice pattern; /* ptr is NULL: all of them */
    struct client *client;
    size_t count;
    bool counts_only;
};

static void list_name(void *context, struct slice name) {
    struct listing *listing = context;
    if (listing->pattern.ptr != NULL && !pubsub_fits(listing->pattern, name))
        return;
    if (listing->counts_only)
        listing->count++;
    else
        reply_slice(listing->client, name);
}

static void list(struct client *client, const struct request *request,
                 enum topic_kind kind) {
    if (request->argc > 3) {
        reply_bad_subcommand(client, request->argv[1], "PUBSUB");
        return;
    }
    /* The head of the array needs the count, so the topics are visited twice.
     * Nothing changes in between. */
    struct listing listing = {.client = client, .counts_only = true};
    if (request->argc == 3)
        listing.pattern = request->argv[2];
    pubsub_visit(kind, list_name, &listing);
    reply_array(client, listing.count);
    listing.counts_only = false;
    pubsub_visit(kind, list_name, &listing);
}

static void count_each(struct client *client, const struct request *request,
                       enum topic_kind kind) {
    reply_array(client, (request->argc - 2) * 2);
    for (size_t i = 2; i < request->argc; i++) {
        reply_slice(client, request->argv[i]);
        reply_integer(client,
                      (int64_t)pubsub_subscribers(kind, request->argv[i]));
    }
}

/* PUBSUB CHANNELS [pattern] */
static void pubsub_channels(struct client *client, struct request *request) {
    list(client, request, TOPIC_CHANNEL);
}

/* PUBSUB SHARDCHANNELS [pattern] */
static void pubsub_shardchannels(struct client *client,
                                 struct request *request) {
    list(client, request, TOPIC_SHARD);
}

/* PUBSUB NUMSUB [channel [channel ...]] */
static void pubsub_numsub(struct client *client, struct request *request) {
    count_each(client, request, TOPIC_CHANNEL);
}

/* PUBSUB SHARDNUMSUB [shardchannel [shardchannel ...]] */
static void pubsub_shardnumsub(struct client *client, struct request *request) {
    count_each(client, request, TOPIC_SHARD);
}

/* PUBSUB NUMPAT */
static void pubsub_numpat(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)pubsub_topics(TOPIC_PATTERN));
}

enum {
    ASKS = CMD_PUBSUB | CMD_LOADING | CMD_STALE,
    LISTENS = ASKS | CMD_NOSCRIPT,
    SAYS = ASKS | CMD_FAST | CMD_MAY_REPLICATE
};

const struct command pubsub_commands[] = {
    {"subscribe", cmd_subscribe, -2, LISTENS},
    {"psubscribe", cmd_psubscribe, -2, LISTENS},
    {"ssubscribe", cmd_ssubscribe, -2, LISTENS},
    {"unsubscribe", cmd_unsubscribe, -1, LISTENS},
    {"punsubscribe", cmd_punsubscribe, -1, LISTENS},
    {"sunsubscribe", cmd_sunsubscribe, -1, LISTENS},
    {"publish", cmd_publish, 3, SAYS},
    {"spublish", cmd_spublish, 3, SAYS},
    {"pubsub", NULL, -2, CMD_CONTAINER},
    {"pubsub|channels", pubsub_channels, -2, ASKS},
    {"pubsub|numsub", pubsub_numsub, -2, ASKS},
    {"pubsub|numpat", pubsub_numpat, 2, ASKS},
    {"pubsub|shardchannels", pubsub_shardchannels, -2, ASKS},
    {"pubsub|shardnumsub", pubsub_shardnumsub, -2, ASKS},
    {0},
};
