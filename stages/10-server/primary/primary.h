/* A server that others follow, seen from the rest of the server. */
#ifndef PRIMARY_H
#define PRIMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "command.h"
#include "follower.h"

/* Returns true if the history is ours to write: we follow nobody. */
bool primary_makes_history(void);

/* A failover that we take part in is under way: failover.h. */
bool primary_fails_over(void);

/* Lets the followers have what is new, before the loop sleeps. */
void primary_send(void);
static inline void primary_turn(void) {
    if (followers_any())
        primary_send();
}

/* The reply of ROLE when we follow nobody. */
void primary_role(struct client *client);

/* Lines of INFO replication: how many follow, and each of them. */
void primary_info(struct buf *out);

/* How many snapshots and continuations there were: lines of INFO stats. */
struct primary_counts {
    uint64_t full, partial, partial_refused;
};
extern struct primary_counts primary_counts;
void primary_stats_info(struct buf *out);

/* min-replicas-to-write, min-replicas-max-lag, repl-disable-tcp-nodelay. */
struct primary_config {
    int64_t least_replicas, most_lag_s;
    bool disable_nodelay; /* few packets are better than early ones */
};
extern struct primary_config primary_config;

/* Returns true unless too few replicas are there for a write. Else it has given
 * the error reply. */
bool primary_has_replicas(struct client *client, const struct command *command);
static inline bool primary_admits(struct client *client,
                                  const struct command *command) {
    return primary_config.least_replicas == 0 ||
           primary_has_replicas(client, command);
}

/* A follower that has provoked a reply is disconnected: there is no place for
 * it in the stream. Called with the size of its output before the request. */
void primary_expect_silence(struct client *client, size_t reply_at);

/* Once the settings are read; and before the server ends. */
void primary_start(void);
void primary_stop(void);

#endif
