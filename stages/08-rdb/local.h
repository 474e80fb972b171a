/* Clients on this machine may do more than others. */
#ifndef LOCAL_H
#define LOCAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "client.h"

/* Returns true if an address is one of the loopback, or a file. */
bool local_address(const struct sockaddr_storage *address);

/* Returns true if the other end of a connection is at such an address. */
bool local_peer(int fd);

/* Returns true if a client may do what a setting (of enum config_allowed)
 * allows to nobody, to everybody, or to clients on this machine. */
bool local_allows(int64_t setting, const struct client *client);

#endif
