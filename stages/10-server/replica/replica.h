/* Following: a server that follows another one is its replica.
 *
 *     nobody -- REPLICAOF host port --> a replica -- REPLICAOF NO ONE -->
 * nobody
 *
 * A replica has the data of its primary and changes it only as the primary
 * says. It keeps a link to it (link.h), and what its own clients may do is
 * restricted as long as it follows. Data flows one way: from the link through
 * the commands into the stream, from which those who follow us are fed. */
#ifndef REPLICA_H
#define REPLICA_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"

/* Whom we follow; host is NULL when that is nobody. */
extern struct replica {
    char *host;
    int64_t port;
} replica;

static inline bool replica_is(void) {
    return replica.host != NULL;
}

/* Names whom to follow when the data are loaded; NULL: nobody. */
void replica_set(const char *host, int64_t port);

/* Follows that server from now on, or nobody any more. */
void replica_follow(const char *host, int64_t port);
void replica_promote(void);

/* Before the first data are loaded; when they are, be it from a snapshot, which
 * lets the link begin if the settings name somebody; and at the end. */
void replica_start(void);
void replica_loaded(bool from_snapshot);
void replica_stop(void);

/* The checks of a replica, each of which returns false after the error reply:
 * a write of its own clients; a look at data that may be stale. */
bool replica_admits_write(struct client *client, const struct command *command);
bool replica_admits_stale(struct client *client, const struct command *command);

/* Lines of INFO about whom we follow, none if that is nobody; and of its
 * statistics. */
void replica_info(struct buf *out);
void replica_stats_info(struct buf *out);

/* Ends the process, unless the settings say otherwise, if there is an error of
 * the disk and the primary asks for a write. */
void replica_disk_failed(const struct command *command, const char *error);

/* Returns true if memory is the primary's affair: nothing is evicted here, and
 * no command is refused for want of it. */
bool replica_ignores_memory_limit(void);

#endif
