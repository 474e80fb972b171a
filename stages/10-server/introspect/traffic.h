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
    uint64_t expired; /* keys */
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

/* To be called in each turn. Records the counts, at most ten times a second. */
void traffic_turn(void);

void traffic_reset(void);

/* Appends lines of the section "stats". */
void traffic_info(struct buf *out);

#endif
