/* Listening sockets: at which addresses the server is to be found.
 *
 *     bind * -::*              every address, by both families
 *     bind 10.0.0.5 -::1       a - says that this one may be missing
 *     unixsocket /run/server.sock
 *
 * Addresses are names or numbers, of IPv6 if they have a colon, and are
 * separated by spaces. Those of a family that this machine does not have are
 * passed over.
 *
 * A Unix socket is a file. One that an earlier server has left is replaced, and
 * it is removed at the end. Its permissions are those of unixsocketperm from
 * the moment it is there: had it others at first, a stranger could connect in
 * between. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* Settings: the file of the Unix socket, or NULL; its permissions, 0 for what
 * the process's umask leaves; and the connections that may wait for accept. */
extern char *listener_path;
extern unsigned listener_permissions;
extern int64_t listener_backlog;

/* Listens on the port, unless that is 0, at each of the addresses, and at the
 * Unix socket. On failure says why in one line in the log and returns false. */
bool listener_open(const char *addresses, int port);

/* Listens on this port at these addresses instead; those who are connected
 * stay. On failure it listens at none. */
bool listener_reopen(const char *addresses, int port);

/* Returns true if there are more addresses than there may be. */
bool listener_too_many(const char *addresses);

void listener_close(void);

/* Says where it listens: in the log, and in INFO. */
void listener_tell(void);
void listener_info(struct buf *out);

#endif
