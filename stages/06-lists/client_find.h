/* Finding a client that is connected. */
#ifndef CLIENT_FIND_H
#define CLIENT_FIND_H

#include "client.h"

/* The client with that id, or NULL. Here it looks at all of them. */
struct client *client_find(uint64_t id);

#endif
