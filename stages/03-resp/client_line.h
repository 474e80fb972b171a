/* The line that CLIENT INFO shows of a client:
 *
 *     id=3 addr=127.0.0.1:40022 laddr=127.0.0.1:6379 fd=8 name=worker ... */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include "client.h"
#include "client_facts.h"

/* Appends the line, with its \n. If the client is the one that asks, running is
 * its request; else NULL. */
void client_line(struct buf *out, const struct client *client,
                 const struct request *running);

/* The memory that a client takes; tot-mem in its line. */
size_t client_memory(const struct client *client,
                     const struct client_facts *facts);

#endif
