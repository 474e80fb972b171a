/* The server as a primary, for the rest of the server. */
#ifndef PRIMARY_H
#define PRIMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "command.h"
#include "follower.h"

/* Returns true if this server makes the history, because it is not a
 * replica. */
bool primary_makes_history(void);

/* Returns true while a failover of this server is under way (failover.h). */
bool primary_fails_over(void);

/* Sends the followers what is new, before the loop sleeps. */
void primary_send(void);
static inline void primary_turn(void) {
    if (followers_any())
        primary_send();
}

/* Gives the reply of ROLE for a primary. */
void primary_role(struct client *client);

/* Appends lines of INFO replication: the number of followers, and each of
 * them. */
void primary_info(struct buf *out);

/* Lines of INFO stats: how many full and partial resynchronizations there
 * were. */
struct primary_counts {
    uint64_t full, partial, partial_refused;
};
extern struct primary_counts primary_counts;
void primary_stats_info(struct buf *out);

/* The settings min-replicas-to-write, min-replicas-max-lag and
 * repl-disable-tcp-nodelay. */
struct primary_config {
    int64_t least_replicas, most_lag_s;
    bool disable_nodelay; /* few packets are better than early ones */
};
extern struct primary_config primary_config;

/* Returns false, after an error reply, if too few replicas are connected for a
 * write. */
bool primary_has_replicas(struct client *client, const struct command *command);
static inline bool primary_admits(struct client *client,
                                  const struct command *command) {
    return primary_config.least_replicas == 0 ||
           primary_has_replicas(client, command);
}

/* Disconnects a follower that has caused a reply, for which there is no place
 * in the stream. The size is that of its output before the request. */
void primary_expect_silence(struct client *client, size_t reply_at);

/* To be called when the settings have been read, and before the server ends. */
void primary_start(void);
void primary_stop(void);

#endif
