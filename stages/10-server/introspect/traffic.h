/* Traffic: the bytes, reads, writes and turns of the loop so far, and their
 * present rates. */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct traffic {
    uint64_t in, out;       /* bytes */
    uint64_t primary;       /* of them in from the primary */
    uint64_t replicas;      /* of them out to replicas */
    uint64_t reads, writes; /* of sockets */
    uint64_t turns;
    int64_t longest_us, log_us; /* of a turn; all that writing the log took */
    uint64_t most_calls;        /* of commands in a turn */
    uint64_t expired;           /* keys */
    int64_t expiry_us;          /* all that active expiry took */
    uint64_t expiry_cut; /* its turns that took all the time they may take */
};

extern struct traffic traffic;

static inline void traffic_read(size_t bytes) {
    traffic.in += bytes;
    traffic.reads += bytes > 0;
}

static inline void traffic_written(size_t bytes) {
    traffic.out += bytes;
    traffic.writes++;
}

/* A turn of active expiry took this long. */
void traffic_expired(int64_t us);

/* To be called at the end of each turn, before the loop sleeps. Records how
 * long it was, and the counts, at most ten times a second. */
void traffic_turn(void);

void traffic_reset(void);

/* Append lines of the section "stats", and the section "debug". */
void traffic_info(struct buf *out);
void traffic_debug_info(struct buf *out);

#endif
