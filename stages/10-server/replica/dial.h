/* Connecting to another server. */
#ifndef DIAL_H
#define DIAL_H

#include <stdint.h>

/* Begins to connect to a host, given by address or name, from one of our own
 * addresses if that is not NULL. Returns a non-blocking socket, which becomes
 * writable when it is connected or has failed; or -1, with the reason in
 * *wrong. The whole server waits while a name is resolved, so an address is
 * better. */
int dial(const char *host, int64_t port, const char *source,
         const char **wrong);

/* Returns 0 if the socket is connected, or an errno. */
int dial_error(int fd);

#endif
