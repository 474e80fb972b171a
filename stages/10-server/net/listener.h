/* Listening sockets: the addresses at which the server can be reached.
 *
 *     bind * -::*              every address, of both families
 *     bind 10.0.0.5 -::1       a - marks an address that may be missing
 *     unixsocket /run/server.sock
 *
 * Addresses are names or numbers, separated by spaces; a colon makes them IPv6.
 * Families that this machine does not have are ignored.
 *
 * A Unix socket is a file. A file that an earlier server has left is replaced,
 * and the file is removed at the end. It has the permissions of unixsocketperm
 * from the first moment: otherwise a stranger could connect before they are
 * set. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* Settings: the file of the Unix socket, or NULL; its permissions, or 0 for
 * those that the umask allows; how many connections may wait for accept; and
 * the mark (SO_MARK in socket(7)) of what listens and of what it accepts, or 0.
 */
extern char *listener_path;
extern unsigned listener_permissions;
extern int64_t listener_backlog, listener_mark;

/* Listens on the port, unless it is 0, at each of the addresses, and at the
 * Unix socket. On failure logs one line that says why, and returns false. */
bool listener_open(const char *addresses, int port);

/* Listens at other addresses instead. Open connections stay. On failure it
 * listens at none. */
bool listener_reopen(const char *addresses, int port);

/* Returns true if there are more addresses than there may be. */
bool listener_too_many(const char *addresses);

void listener_close(void);

/* Reports the addresses, in the log and in INFO. */
void listener_tell(void);
void listener_info(struct buf *out);

#endif
