/* Messages to clients that did not ask for them.
 *
 * A message must not stand in the middle of a reply. Only the client whose
 * request is running has a reply that may be half written: what a request sends
 * to its own client is kept until its reply is complete.
 *
 * News is a message that is written only then, behind the kept messages, since
 * its form depends on what the client has become: a transaction may change the
 * version of the protocol, and where invalidations go. */
#ifndef PUSH_H
#define PUSH_H

#include <stddef.h>

#include "shared.h"
#include "slice.h"

struct client;

/* Sends a message to a client, now or behind the reply that it is getting. */
void push(struct client *client, const struct shared *message);

/* Calls tell(push_to, bytes), with a copy of the bytes, as soon as the reply of
 * the running request is complete. The calls come in the order of the news. */
void push_news(void (*tell)(struct client *client, struct slice bytes),
               struct slice bytes);

/* In push.c: the client whose request runs, or NULL, and how many messages and
 * news are kept for it; delivers them, and sets push_to to NULL. */
extern struct client *push_to;
extern size_t push_kept;
void push_deliver(void);

/* From here on replies go to this client; NULL: the reply is complete. */
static inline void push_running(struct client *client) {
    if (push_kept > 0)
        push_deliver();
    push_to = client;
}

/* The client leaves: what was kept for it is dropped. */
void push_forget(const struct client *client);

/* Frees the memory, at the end of the program. */
void push_stop(void);

#endif
