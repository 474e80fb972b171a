/* Traffic: the bytes, reads, writes and turns of the loop that the server has
 * seen, and their rates over the last moments. */
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

/* Once a turn of the loop. Remembers the counts, ten times a second at most. */
void traffic_turn(void);

void traffic_reset(void);

/* Lines for the section "stats". */
void traffic_info(struct buf *out);

#endif
