/* The two addresses of a connection, as people write them: "10.0.0.1:80",
 * "[::1]:80", "/run/server.sock:0", and "?:0" for a peer that is gone. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

enum { ADDRESS_MAX = 128 }; /* with a NUL */

/* Writes the address of the other end, and ours. For a Unix socket both are the
 * name of its file. */
void address_of_peer(int fd, char out[static ADDRESS_MAX]);
void address_of_socket(int fd, char out[static ADDRESS_MAX]);

/* Returns true for a Unix socket. */
bool address_is_path(int fd);

#endif
