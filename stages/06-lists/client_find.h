/* Finding a client that is connected. */
#ifndef CLIENT_FIND_H
#define CLIENT_FIND_H

#include "client.h"

/* Returns the client with that id, or NULL. Here it takes a look at all
 * clients. */
struct client *client_find(uint64_t id);

#endif
