/* Facts in a client's line that only a whole server has. This stage has none of
 * them; a stage that does has a client_facts.c of its own. */
#ifndef CLIENT_FACTS_H
#define CLIENT_FACTS_H

#include "client.h"

struct client_facts {
    int protocol; /* the version that it speaks: 2, or 3 */
    /* channels, patterns and shard channels that it listens to */
    size_t channels, patterns, shard_channels;
    /* output that other clients hold, too: its parts, and their bytes */
    size_t shared_count, shared_bytes;
    long long multi_count; /* requests of a transaction; -1 outside one */
    size_t multi_bytes;    /* memory that they take */
    const char *user;      /* whose rights it has */
    long long redirect;    /* the client that gets its invalidations; or -1 */
};

struct client_facts client_facts(const struct client *client);

#endif
