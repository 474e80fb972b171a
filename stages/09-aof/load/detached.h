/* A client without a connection, for commands that come from elsewhere: from a
 * file, so far. Commands run for it as for any other client; its replies are
 * there to be read, and what a command does to the connection, as QUIT does, is
 * nothing. */
#ifndef DETACHED_H
#define DETACHED_H

#include "client.h"

/* Whoever makes it frees it. */
struct client *detached_new(void);
void detached_free(struct client *client);

/* What the last command replied, until the next one runs; no bytes if it
 * waits. */
struct slice detached_reply(const struct client *client);

/* Forgets the reply, and whatever the client waits for. */
void detached_reset(struct client *client);

#endif
