/* Publish and subscribe.
 *
 *     topics    channel "news"     -> client A -> client B
 *               pattern "news.*"   -> client B
 *               shard   "news"     -> client C
 *
 * A client subscribes to channels by name, to all channels that match a
 * pattern, and to shard channels, which have names of their own. Each topic has
 * a list of its subscribers, each client has a list of its topics, and a table
 * finds the subscription of a given client to a given topic. So subscribing,
 * unsubscribing and leaving cost the same however many others there are.
 *
 * A message is encoded once for each version of the protocol and shared by all
 * outputs (shared.h). Patterns are found by their bytes before the first
 * wildcard: a message looks up each prefix of its channel's name, and tries
 * only the patterns that begin with it.
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

/* Adds a subscription, unless there is one already; removes it, if there is
 * one. */
void pubsub_subscribe(struct client *client, enum topic_kind kind,
                      struct slice name);
void pubsub_unsubscribe(struct client *client, enum topic_kind kind,
                        struct slice name);

/* Gives the name of any topic of that kind to which the client subscribes, good
 * until the next change. Returns false if there is none. */
bool pubsub_any(const struct client *client, enum topic_kind kind,
                struct slice *name);

/* Returns true if the test holds for the name of every topic of that kind to
 * which the client subscribes. */
bool pubsub_all(const struct client *client, enum topic_kind kind,
                bool (*test)(const void *context, struct slice name),
                const void *context);

/* Ends all subscriptions of a client without telling it. */
void pubsub_forget(struct client *client);

/* Returns the number of topics of that kind to which a client subscribes. */
size_t pubsub_count(const struct client *client, enum topic_kind kind);

/* The memory that the subscriptions of a client take. What is known of a topic
 * belongs to all its subscribers, and is not counted. */
size_t pubsub_bytes(const struct client *client);

/* Returns true if a client subscribes to anything. */
static inline bool pubsub_subscribed(const struct client *client) {
    return client->state.special & CLIENT_SUBSCRIBED;
}

/* Sends a message to the subscribers of a channel and, unless it is a shard
 * channel, to those of each pattern that matches. Returns the number of
 * messages sent. */
size_t pubsub_publish(enum topic_kind kind, struct slice channel,
                      struct slice message);

/* Returns true if a channel's name matches a pattern. As in Redis, an empty
 * name matches only the empty pattern, not even a star. */
bool pubsub_fits(struct slice pattern, struct slice channel);

/* Returns false, after an error reply, for a command that a subscriber must
 * not use. In version 2 of the protocol its reply could not be told from a
 * message. */
bool pubsub_admits(struct client *client, const struct command *command);

/* Calls visit for the name of each topic of a kind. */
void pubsub_visit(enum topic_kind kind,
                  void (*visit)(void *context, struct slice name),
                  void *context);

/* Returns the number of topics of a kind, and of subscribers of one topic. */
size_t pubsub_topics(enum topic_kind kind);
size_t pubsub_subscribers(enum topic_kind kind, struct slice name);

/* Appends the lines of INFO's section "stats". */
void pubsub_info(struct buf *out);

#endif
