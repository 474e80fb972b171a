/* Messages that a client gets without having asked.
 *
 * A message must not stand in the middle of a reply. Only the client whose
 * request is running can have a reply that is half written. So what a request
 * sends to its own client is kept until the reply is complete.
 *
 * News is a message that is encoded only then, after the kept messages, because
 * its form depends on the state of the client at that time: a transaction may
 * change the version of the protocol, and where invalidations go. */
#ifndef PUSH_H
#define PUSH_H

#include <stddef.h>

#include "shared.h"
#include "slice.h"

struct client;

/* Sends a message to a client: now, or after the reply that it is getting. */
void push(struct client *client, const struct shared *message);

/* Calls tell(push_to, bytes), with a copy of the bytes, as soon as the reply of
 * the running request is complete. News is told in order. */
void push_news(void (*tell)(struct client *client, struct slice bytes),
               struct slice bytes);

/* In push.c: the client whose request is running, or NULL; how many messages
 * and news are kept for it; and a call that delivers them and sets push_to to
 * NULL. */
extern struct client *push_to;
extern size_t push_kept;
void push_deliver(void);

/* Replies go to this client from now on; NULL says that the reply is
 * complete. */
static inline void push_running(struct client *client) {
    if (push_kept > 0)
        push_deliver();
    push_to = client;
}

/* Drops what was kept for a client that leaves. */
void push_forget(const struct client *client);

/* Frees the memory, at the end of the program. */
void push_stop(void);

#endif
