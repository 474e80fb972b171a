/* Accepting: the connections that come to listening sockets go to welcome().
 *
 * When the process is out of descriptors, or the kernel out of memory, all of
 * them pause for a tenth of a second, and the log says so: the connections wait
 * in the kernel meanwhile. */
#ifndef ACCEPTING_H
#define ACCEPTING_H

#include "loop.h"

enum { ACCEPTING_MAX = 17 }; /* sockets: 16 addresses and, later, a file */

/* Takes over a listening socket. The caller keeps the watch in its place until
 * accepting_end(), which closes the socket. */
void accepting_begin(struct watch *watch, int fd);
void accepting_end(struct watch *watch);

/* Raises the limit of descriptors as far as the system allows. */
void accepting_raise_descriptor_limit(void);

#endif
