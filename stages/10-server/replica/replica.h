/* Replicas: a server that follows another one.
 *
 *     a primary -- REPLICAOF host port --> a replica
 *     a replica -- REPLICAOF NO ONE -----> a primary
 *
 * A replica has the data of its primary, and changes them only as the primary
 * says. It keeps a link to it (link.h), and restricts what its own clients may
 * do. Data flow one way: from the link through the commands into the stream,
 * which feeds those who follow the replica. */
#ifndef REPLICA_H
#define REPLICA_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"

/* The primary; host is NULL if this server is not a replica. */
extern struct replica {
    char *host;
    int64_t port;
} replica;

static inline bool replica_is(void) {
    return replica.host != NULL;
}

/* Sets the primary that is to be followed once the data are loaded, or NULL. */
void replica_set(const char *host, int64_t port);

/* Follows that server from now on; none if host is NULL. */
void replica_follow(const char *host, int64_t port);
void replica_promote(void);

/* To be called before the first data are loaded; when they are loaded, which
 * starts the link if the settings name a primary; and at the end. */
void replica_start(void);
void replica_loaded(bool from_snapshot);
void replica_stop(void);

/* The checks of a replica. Each returns false after an error reply: for a write
 * by a client of its own, and for a look at data that may be stale. */
bool replica_admits_write(struct client *client, const struct command *command);
bool replica_admits_stale(struct client *client, const struct command *command);

/* Append the lines of INFO about the primary, none without one; and those of
 * its statistics. */
void replica_info(struct buf *out);
void replica_stats_info(struct buf *out);

/* Ends the process if there is an error of the disk and the primary's request
 * is a write, unless the settings say otherwise. */
void replica_disk_failed(const struct command *command, const char *error);

/* Returns true if the primary cares for the limit of memory. Then nothing is
 * evicted here, and no command is refused for lack of memory. */
bool replica_ignores_memory_limit(void);

#endif
