/* Messages to whoever listens: publish and subscribe.
 *
 *     topics    channel "news"     -> client A -> client B
 *               pattern "news.*"   -> client B
 *               shard   "news"     -> client C
 *
 * A client subscribes to channels by name, to all channels that fit a pattern,
 * and to channels of a shard, which are another set of names. Each topic has a
 * list of its subscribers, each client one of its topics, and a table finds the
 * one subscription of a client to a topic: so coming, going and dying cost the
 * same however many others there are.
 *
 * A message is encoded once for each version of the protocol and shared by all
 * outputs (shared.h). Patterns are found by the bytes before their first
 * wildcard: a message looks up each beginning of its channel's name, and tries
 * only those patterns that begin so.
 *
 * Subscribers are of the class "pubsub", whose limits of output cut a client
 * that does not read. */
#ifndef PUBSUB_H
#define PUBSUB_H

#include <stdbool.h>
#include <stddef.h>

#include "client.h"
#include "command.h"

enum topic_kind { TOPIC_CHANNEL, TOPIC_PATTERN, TOPIC_SHARD };
enum { TOPIC_KINDS = 3 };

struct buf;

void pubsub_start(void);
void pubsub_stop(void);

/* Adds or removes a subscription; there may be one already, or none. */
void pubsub_subscribe(struct client *client, enum topic_kind kind,
                      struct slice name);
void pubsub_unsubscribe(struct client *client, enum topic_kind kind,
                        struct slice name);

/* The name of any topic of that kind that the client subscribes to. Returns
 * false if there is none. Good until the next change. */
bool pubsub_any(const struct client *client, enum topic_kind kind,
                struct slice *name);

/* Returns true if the test is true of the name of each topic of that kind that
 * the client subscribes to. */
bool pubsub_all(const struct client *client, enum topic_kind kind,
                bool (*test)(const void *context, struct slice name),
                const void *context);

/* Ends all subscriptions of a client without a word. */
void pubsub_forget(struct client *client);

/* The number of topics of that kind that a client subscribes to. */
size_t pubsub_count(const struct client *client, enum topic_kind kind);

/* Returns true if a client subscribes to anything. */
static inline bool pubsub_subscribed(const struct client *client) {
    return client->state.special & CLIENT_SUBSCRIBED;
}

/* Sends a message to the subscribers of a channel and, unless it is one of a
 * shard, to those of each pattern that fits. Returns the number of messages. */
size_t pubsub_publish(enum topic_kind kind, struct slice channel,
                      struct slice message);

/* Returns true if a channel's name fits a pattern. As in Redis a channel
 * without a name fits none but the empty one: not even a star. */
bool pubsub_fits(struct slice pattern, struct slice channel);

/* Returns false, after an error reply, for a command that a subscriber must not
 * use: in version 2 of the protocol a reply could not be told from a message.
 */
bool pubsub_admits(struct client *client, const struct command *command);

/* Calls visit for the name of each topic of a kind. */
void pubsub_visit(enum topic_kind kind,
                  void (*visit)(void *context, struct slice name),
                  void *context);

/* The number of topics of a kind, and that of subscribers of one topic. */
size_t pubsub_topics(enum topic_kind kind);
size_t pubsub_subscribers(enum topic_kind kind, struct slice name);

/* Writes its lines of INFO's section "stats". */
void pubsub_info(struct buf *out);

#endif
