/* Connecting to another server. */
#ifndef DIAL_H
#define DIAL_H

#include <stdint.h>

/* Begins to connect to a host, by its address or name, from that address of
 * ours if it is not NULL. Returns a non-blocking
 * socket, which can be written to when it is connected, or has failed; or -1,
 * and then *wrong says why. A name is looked up while everybody waits, so an
 * address is better. */
int dial(const char *host, int64_t port, const char *source,
         const char **wrong);

/* Returns 0 if the socket is connected by now, or an errno. */
int dial_error(int fd);

#endif
