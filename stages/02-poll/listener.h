/* Listening sockets: at which addresses the server is to be found. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>

/* Listens on the port, at each of the addresses: names or numbers, IPv4 or
 * IPv6, separated by spaces or commas. NULL means this machine alone, by both
 * families (127.0.0.1 and ::1, of which one may be missing). "*" means every
 * address. On failure says why in one line on stderr and returns false. */
bool listener_open(const char *addresses, int port);

void listener_close(void);

#endif
