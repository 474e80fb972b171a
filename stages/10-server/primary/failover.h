/* FAILOVER: a primary changes places with one of its replicas.
 *
 *     NONE -- FAILOVER --> SYNCING       writes wait, until a replica, or the
 *                                        one that was named, has everything
 *          SYNCING ------> CHANGING      we follow it, and ask it by PSYNC ...
 *                                        FAILOVER to be the primary
 *          CHANGING -----> NONE          it is; the writes that waited are told
 *                                        that this is a replica
 *
 * The failover is given up when its time is over (unless it is to be forced
 * then), by FAILOVER ABORT, or when the other server refuses. Then everything
 * is as before. */
#ifndef FAILOVER_H
#define FAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

enum failover_state { FAILOVER_NONE, FAILOVER_SYNCING, FAILOVER_CHANGING };
extern enum failover_state failover_state;

/* Returns the name of the state in INFO. */
const char *failover_state_name(void);

/* The options of FAILOVER. An empty host means any replica, and 0 ms means no
 * limit of time. */
struct failover_wish {
    struct slice host;
    int64_t port;
    int64_t ms;
    bool force; /* when the time is over */
};

void failover_begin(const struct failover_wish *wish);
void failover_abort(const char *why);

/* To be called in each turn: checks whether a replica has everything. */
void failover_look(void);
static inline void failover_turn(void) {
    if (failover_state == FAILOVER_SYNCING)
        failover_look();
}

/* The new primary has answered our PSYNC ... FAILOVER. */
void failover_answered(bool accepted);

#endif
