/* A client without a connection, for commands that come from elsewhere, such as
 * a file. Commands run for it as for any other client, but none of them waits,
 * and none can do anything to a connection, as QUIT does. Its replies can be
 * read. */
#ifndef DETACHED_H
#define DETACHED_H

#include <stdbool.h>

#include "client.h"

/* The caller frees it. */
struct client *detached_new(void);
void detached_free(struct client *client);

/* Returns true for a client that detached_new() made. */
bool detached(const struct client *client);

/* Returns the replies since the last reset, valid until the next command. */
struct slice detached_reply(const struct client *client);

/* Forgets the replies. */
void detached_reset(struct client *client);

#endif
