#include "pubsub.h"

#include <assert.h>
#include <stdlib.h>

#include "dict.h"
#include "glob.h"
#include "info.h"
#include "output.h"
#include "push.h"
#include "resp_write.h"
#include "string_hash.h"
#include "xalloc.h"

/* A subscription stands in the list of its topic, in that of its client, and in
 * a table by both of them. */
struct subscription {
    struct pair {
        struct topic *topic;
        struct client *client;
    } pair;                               /* first: the key in the table */
    struct subscription *previous, *next; /* of the topic */
    struct subscription *previous_own, *next_own; /* of the client */
};

/* A topic is freed when its last subscriber has left. */
struct topic {
    struct subscription *first;
    size_t subscribers;
    struct prefix *prefix;                   /* of a pattern */
    struct topic *previous_like, *next_like; /* patterns of that prefix */
    enum topic_kind kind;
    size_t len;
    char name[];
};

/* The bytes before the first wildcard of some patterns. */
struct prefix {
    struct topic *first;
    size_t len;
    char bytes[];
};

/* The subscriptions of a client. It exists only while there are any. */
struct pubsub_client {
    struct subscription *first[TOPIC_KINDS];
    size_t count[TOPIC_KINDS];
};

static struct heap heap; /* of the tables */
static struct dict topics[TOPIC_KINDS], subscriptions, prefixes;

/* The number of prefixes of each length. A longer prefix is cut to this length,
 * and then some of its patterns are tried in vain. */
enum { PREFIX_MAX = 63 };
static size_t prefix_lengths[PREFIX_MAX + 1];

static struct slice topic_name(const void *item) {
    const struct topic *topic = item;
    return (struct slice){(char *)topic->name, topic->len};
}

/* The two addresses, as bytes: a pair has no padding. */
static struct slice pair_key(const void *item) {
    const struct subscription *subscription = item;
    return (struct slice){(char *)&subscription->pair, sizeof(struct pair)};
}

static struct slice prefix_key(const void *item) {
    const struct prefix *prefix = item;
    return (struct slice){(char *)prefix->bytes, prefix->len};
}

void pubsub_start(void) {
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        dict_init(&topics[kind], &heap, topic_name, string_hash);
    dict_init(&subscriptions, &heap, pair_key, string_hash);
    dict_init(&prefixes, &heap, prefix_key, string_hash);
}

void pubsub_stop(void) {
    assert(subscriptions.count == 0);
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        dict_free(&topics[kind]);
    dict_free(&subscriptions);
    dict_free(&prefixes);
}

static void *find(const struct dict *table, struct slice key) {
    void **place = dict_find(table, key, string_hash(key));
    return place != NULL ? *place : NULL;
}

static void add(struct dict *table, void *item) {
    dict_add(table, item, string_hash(table->key(item)));
}

static void take_out(struct dict *table, void *item) {
    struct slice key = table->key(item);
    (void)dict_remove(table, key, string_hash(key));
}

/* Patterns by their prefixes. */

/* Returns how many bytes a channel must begin with to fit the pattern. A
 * backslash takes away the meaning of the byte behind it, so it ends the prefix
 * as a wildcard does. */
static size_t prefix_len(struct slice pattern) {
    size_t len = 0;
    while (len < pattern.len && len < PREFIX_MAX &&
           memchr("*?[\\", pattern.ptr[len], 4) == NULL)
        len++;
    return len;
}

static void add_pattern(struct topic *pattern) {
    struct slice key = topic_name(pattern);
    key.len = prefix_len(key);
    struct prefix *prefix = find(&prefixes, key);
    if (prefix == NULL) {
        prefix = xcalloc(1, sizeof *prefix + key.len);
        prefix->len = key.len;
        if (key.len > 0)
            memcpy(prefix->bytes, key.ptr, key.len);
        add(&prefixes, prefix);
        prefix_lengths[key.len]++;
    }
    pattern->prefix = prefix;
    pattern->next_like = prefix->first;
    if (prefix->first != NULL)
        prefix->first->previous_like = pattern;
    prefix->first = pattern;
}

static void remove_pattern(struct topic *pattern) {
    struct prefix *prefix = pattern->prefix;
    if (pattern->next_like != NULL)
        pattern->next_like->previous_like = pattern->previous_like;
    if (pattern->previous_like != NULL)
        pattern->previous_like->next_like = pattern->next_like;
    else
        prefix->first = pattern->next_like;
    if (prefix->first != NULL)
        return;
    prefix_lengths[prefix->len]--;
    take_out(&prefixes, prefix);
    free(prefix);
}

/* Topics. */

static struct topic *topic_new(enum topic_kind kind, struct slice name) {
    struct topic *topic = xcalloc(1, sizeof *topic + name.len);
    topic->kind = kind;
    topic->len = name.len;
    if (name.len > 0)
        memcpy(topic->name, name.ptr, name.len);
    return topic;
}

static void topic_free(struct topic *topic) {
    /* No run is left that points to it: its last subscriber ended it. */
    if (topic->kind == TOPIC_PATTERN)
        remove_pattern(topic);
    take_out(&topics[topic->kind], topic);
    free(topic);
}

static struct topic *find_topic(enum topic_kind kind, struct slice name) {
    return find(&topics[kind], name);
}

static struct topic *find_or_add(enum topic_kind kind, struct slice name) {
    struct topic *topic = find_topic(kind, name);
    if (topic != NULL)
        return topic;
    topic = topic_new(kind, name);
    add(&topics[kind], topic);
    if (kind == TOPIC_PATTERN)
        add_pattern(topic);
    return topic;
}

size_t pubsub_topics(enum topic_kind kind) {
    return topics[kind].count;
}

size_t pubsub_subscribers(enum topic_kind kind, struct slice name) {
    const struct topic *topic = find_topic(kind, name);
    return topic != NULL ? topic->subscribers : 0;
}

/* Runs. */

/* The messages to the topic that was published to last, in each form. The run
 * ends when a subscriber comes or goes. So everybody who holds one of its
 * blocks was sent all that is in it, and it is right that the limits of output
 * count the whole block. */
static struct {
    const struct topic *topic; /* NULL: there is none */
    struct shared_run forms[2];
} run;

static void end_run(void) {
    shared_run_end(&run.forms[0]);
    shared_run_end(&run.forms[1]);
    run.topic = NULL;
}

static void begin_run(const struct topic *topic) {
    if (run.topic != topic)
        end_run();
    run.topic = topic;
}

/* Subscriptions. */

/* Costs the same however many subscribers the topic has, and topics the
 * client. */
static struct subscription *find_subscription(struct client *client,
                                              struct topic *topic) {
    struct pair pair = {topic, client};
    return find(&subscriptions, (struct slice){(char *)&pair, sizeof pair});
}

static void link_to(struct subscription *subscription,
                    struct subscription **own) {
    struct topic *topic = subscription->pair.topic;
    /* It must not hold a block with messages that it was not sent. */
    if (topic == run.topic)
        end_run();
    subscription->next = topic->first;
    if (topic->first != NULL)
        topic->first->previous = subscription;
    topic->first = subscription;
    subscription->next_own = *own;
    if (*own != NULL)
        (*own)->previous_own = subscription;
    *own = subscription;
}

static void unlink_from(struct subscription *subscription,
                        struct subscription **own) {
    struct topic *topic = subscription->pair.topic;
    if (topic == run.topic)
        end_run();
    if (subscription->next != NULL)
        subscription->next->previous = subscription->previous;
    if (subscription->previous != NULL)
        subscription->previous->next = subscription->next;
    else
        topic->first = subscription->next;
    if (subscription->next_own != NULL)
        subscription->next_own->previous_own = subscription->previous_own;
    if (subscription->previous_own != NULL)
        subscription->previous_own->next_own = subscription->next_own;
    else
        *own = subscription->next_own;
}

void pubsub_subscribe(struct client *client, enum topic_kind kind,
                      struct slice name) {
    struct topic *topic = find_or_add(kind, name);
    if (find_subscription(client, topic) != NULL)
        return;
    /* From its first subscription on a client is bound by other limits. */
    if (!pubsub_subscribed(client)) {
        client->state.pubsub = xcalloc(1, sizeof *client->state.pubsub);
        stage_set_special(&client->state, CLIENT_SUBSCRIBED, true);
        output_set_class(client->conn, OUTPUT_PUBSUB);
    }
    struct subscription *subscription = xcalloc(1, sizeof *subscription);
    subscription->pair = (struct pair){topic, client};
    add(&subscriptions, subscription);
    link_to(subscription, &client->state.pubsub->first[kind]);
    client->state.pubsub->count[kind]++;
    topic->subscribers++;
}

/* Ends a subscription, and with it the topic, if it was its last, and the
 * subscribed mode, if it was the client's last. */
static void end(struct subscription *subscription) {
    struct topic *topic = subscription->pair.topic;
    struct client *client = subscription->pair.client;
    struct pubsub_client *own = client->state.pubsub;
    enum topic_kind kind = topic->kind;
    unlink_from(subscription, &own->first[kind]);
    take_out(&subscriptions, subscription);
    free(subscription);
    if (--topic->subscribers == 0)
        topic_free(topic);
    own->count[kind]--;
    if (own->count[TOPIC_CHANNEL] + own->count[TOPIC_PATTERN] +
            own->count[TOPIC_SHARD] >
        0)
        return;
    client->state.pubsub = NULL;
    stage_set_special(&client->state, CLIENT_SUBSCRIBED, false);
    free(own);
    output_set_class(client->conn, OUTPUT_NORMAL);
}

void pubsub_unsubscribe(struct client *client, enum topic_kind kind,
                        struct slice name) {
    struct topic *topic = find_topic(kind, name);
    struct subscription *subscription =
        topic != NULL ? find_subscription(client, topic) : NULL;
    if (subscription != NULL)
        end(subscription);
}

bool pubsub_any(const struct client *client, enum topic_kind kind,
                struct slice *name) {
    if (pubsub_count(client, kind) == 0)
        return false;
    *name = topic_name(client->state.pubsub->first[kind]->pair.topic);
    return true;
}

bool pubsub_all(const struct client *client, enum topic_kind kind,
                bool (*test)(const void *context, struct slice name),
                const void *context) {
    if (pubsub_count(client, kind) == 0)
        return true;
    const struct subscription *at = client->state.pubsub->first[kind];
    while (at != NULL && test(context, topic_name(at->pair.topic)))
        at = at->next_own;
    return at == NULL;
}

/* The last end() also frees the client's lists, so only the subscriptions
 * themselves are followed. */
static void end_all(struct subscription *first) {
    for (struct subscription *at = first, *next; at != NULL; at = next) {
        next = at->next_own;
        end(at);
    }
}

void pubsub_forget(struct client *client) {
    /* The lists are freed with the last subscription, of whatever kind. */
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        if (pubsub_subscribed(client))
            end_all(client->state.pubsub->first[kind]);
}

size_t pubsub_count(const struct client *client, enum topic_kind kind) {
    return pubsub_subscribed(client) ? client->state.pubsub->count[kind] : 0;
}

/* A row of a table takes about a pointer. */
size_t pubsub_bytes(const struct client *client) {
    size_t count = 0;
    for (int kind = 0; kind < TOPIC_KINDS; kind++)
        count += pubsub_count(client, (enum topic_kind)kind);
    return count * (sizeof(struct subscription) + sizeof(void *));
}

/* Publishing. */

/* A message, encoded for a version of the protocol when that is first
 * needed. */
struct message {
    const char *type;       /* "message" */
    struct slice words[3];  /* behind it */
    size_t count;           /* of these */
    struct shared forms[2]; /* for version 2, and for 3 */
};

static const struct shared *form_of(struct message *message, bool resp3) {
    if (message->forms[resp3].block != NULL)
        return &message->forms[resp3];
    struct buf out = {0};
    resp_write_number(&out, resp3 ? '>' : '*', (int64_t)message->count + 1);
    resp_write_bulk(&out, message->type, strlen(message->type));
    for (size_t i = 0; i < message->count; i++)
        resp_write_bulk(&out, message->words[i].ptr, message->words[i].len);
    message->forms[resp3] =
        shared_append(&run.forms[resp3], buf_bytes(&out), buf_len(&out));
    buf_free(&out);
    return &message->forms[resp3];
}

/* Sends a message to all subscribers of a topic. Returns how many there are. */
static size_t deliver(const struct topic *topic, struct message *message) {
    begin_run(topic);
    for (const struct subscription *at = topic->first; at; at = at->next) {
        struct client *client = at->pair.client;
        push(client, form_of(message, client->state.resp3));
    }
    /* Each output has a reference of its own. */
    for (int i = 0; i < 2; i++)
        if (message->forms[i].block != NULL)
            shared_release(&message->forms[i]);
    return topic->subscribers;
}

bool pubsub_fits(struct slice pattern, struct slice channel) {
    if (channel.len == 0)
        return pattern.len == 0;
    return glob_match(pattern, channel, false);
}

static size_t publish_to_pattern(const struct topic *pattern,
                                 struct slice channel, struct slice text) {
    if (!pubsub_fits(topic_name(pattern), channel))
        return 0;
    struct message message = {
        "pmessage", {topic_name(pattern), channel, text}, 3, {{0}}};
    return deliver(pattern, &message);
}

/* Costs one look-up for each length that prefixes have, and one comparison for
 * each pattern found so. A client that matches by several patterns gets the
 * message several times, as in Redis. */
static size_t publish_to_patterns(struct slice channel, struct slice text) {
    size_t sent = 0;
    for (size_t len = 0; len <= channel.len && len <= PREFIX_MAX; len++) {
        if (prefix_lengths[len] == 0)
            continue;
        const struct prefix *prefix =
            find(&prefixes, (struct slice){channel.ptr, len});
        if (prefix == NULL)
            continue;
        for (const struct topic *at = prefix->first; at; at = at->next_like)
            sent += publish_to_pattern(at, channel, text);
    }
    return sent;
}

size_t pubsub_publish(enum topic_kind kind, struct slice channel,
                      struct slice text) {
    size_t sent = 0;
    const struct topic *topic = find_topic(kind, channel);
    if (topic != NULL) {
        struct message message = {kind == TOPIC_SHARD ? "smessage" : "message",
                                  {channel, text},
                                  2,
                                  {{0}}};
        sent = deliver(topic, &message);
    }
    return kind == TOPIC_SHARD ? sent
                               : sent + publish_to_patterns(channel, text);
}

/* Subscribers that speak version 2. */

bool pubsub_admits(struct client *client, const struct command *command) {
    static const char *const allowed[] = {
        "subscribe",   "psubscribe",   "ssubscribe",
        "unsubscribe", "punsubscribe", "sunsubscribe",
        "ping",        "quit",         "reset"};
    if (!pubsub_subscribed(client) || client->state.resp3)
        return true;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp(command->name, allowed[i]) == 0)
            return true;
    reply_errorf(client,
                 "ERR Can't execute '%s': only (P|S)SUBSCRIBE / "
                 "(P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this "
                 "context",
                 command->name);
    return false;
}

/* Listing topics. */

struct visiting {
    void (*visit)(void *context, struct slice name);
    void *context;
};

static void visit_topic(void *context, void *item) {
    const struct visiting *visiting = context;
    visiting->visit(visiting->context, topic_name(item));
}

void pubsub_visit(enum topic_kind kind,
                  void (*visit)(void *context, struct slice name),
                  void *context) {
    struct visiting visiting = {visit, context};
    uint64_t cursor = 0;
    do
        cursor = dict_scan(&topics[kind], cursor, visit_topic, &visiting);
    while (cursor != 0);
}

void pubsub_info(struct buf *out) {
    info_line(out, "pubsub_channels:%zu", pubsub_topics(TOPIC_CHANNEL));
    info_line(out, "pubsub_patterns:%zu", pubsub_topics(TOPIC_PATTERN));
    info_line(out, "pubsubshard_channels:%zu", pubsub_topics(TOPIC_SHARD));
}
