/* The two addresses of a connection, as people write them: "10.0.0.1:80",
 * "[::1]:80", and "?:0" for a peer that is gone. */
#ifndef ADDRESS_H
#define ADDRESS_H

enum { ADDRESS_MAX = 64 }; /* with a NUL */

/* Write the address of the other end, and of this one. */
void address_of_peer(int fd, char out[static ADDRESS_MAX]);
void address_of_socket(int fd, char out[static ADDRESS_MAX]);

#endif
