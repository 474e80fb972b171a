/* Admission of clients.
 *
 * A client more needs a descriptor, and so does a file: if clients could take
 * all of them, no snapshot could be written, and after that fails, nothing may
 * be written at all. So there are at most welcome_config.maxclients at a time,
 * and some descriptors are kept for the server itself.
 *
 * A server without a password is for this machine alone, whatever it listens
 * to, until its owner says that this is meant (welcome_config.protected_mode).
 */
#ifndef WELCOME_H
#define WELCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

struct welcome_config {
    int64_t tcp_keepalive; /* seconds of silence; 0: peers are never probed */
    int64_t maxclients;
    bool protected_mode; /* clients of this machine alone */
};

extern struct welcome_config welcome_config;

/* Sees to it that there are descriptors for welcome_config.maxclients, or
 * lowers that to as many as there are descriptors for. Returns false, after a
 * word in the log, if there would be none. */
bool welcome_start(void);

/* Raises the number of descriptors to what welcome_config.maxclients needs.
 * Returns NULL, or why that cannot be. */
const char *welcome_maxclients_changed(void);

/* Takes a connected, non-blocking socket over: a client, or one that is told
 * why it cannot be one. */
void welcome(int fd);

/* Returns true if clients of other machines are denied: in stage.c. */
bool stage_is_protected(void);

/* In info_clients.c: appends the lines of INFO stats about connections. */
void stats_info(struct buf *out);

#endif
