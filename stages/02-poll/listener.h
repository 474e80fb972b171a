/* Listening sockets: the addresses at which the server can be reached. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>

/* Listens on the port, at each of the addresses: names or numbers, IPv4 or
 * IPv6, separated by spaces or commas. NULL means this machine alone, in both
 * families (127.0.0.1 and ::1, one of which may be missing). "*" means every
 * address. On failure logs one line that says why, and returns false. */
bool listener_open(const char *addresses, int port);

void listener_close(void);

#endif
