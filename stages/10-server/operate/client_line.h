/* The line that CLIENT INFO and CLIENT LIST show of a client:
 *
 *     id=3 addr=127.0.0.1:40022 laddr=127.0.0.1:6379 fd=8 name=worker ... */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stdbool.h>

#include "client.h"

/* The facts about a client that the facilities of the server know. */
struct client_facts {
    int protocol;                  /* the version that it speaks: 2, or 3 */
    const struct command *command; /* that it has called last; or NULL */
    /* channels, patterns and shard channels that it listens to */
    size_t channels, patterns, shard_channels;
    /* output that other clients hold, too: its parts, and their bytes */
    size_t shared_count, shared_bytes;
    long long multi_count; /* requests of a transaction; -1 outside one */
    size_t multi_bytes;    /* memory that they and its watched keys take */
    size_t topic_bytes;    /* memory that what it listens to takes */
    const char *user;      /* whose rights it has */
    long long redirect;    /* the client that gets its invalidations; or -1 */
};

struct client_facts client_facts(const struct client *client);

/* Appends the line, with its \n. If the client is the one that asks, running is
 * its request; else NULL. */
void client_line(struct buf *out, const struct client *client,
                 const struct request *running);

/* The memory that a client takes; tot-mem in its line. */
size_t client_memory(const struct client *client,
                     const struct client_facts *facts);

#endif
