/* Counts of events of connections, since the start or since the statistics were
 * reset. INFO shows them. */
#ifndef NET_COUNTS_H
#define NET_COUNTS_H

#include <stdint.h>

struct net_counts {
    uint64_t let_in, turned_away;
    uint64_t evicted;    /* because all clients together took too much */
    uint64_t input_cut;  /* client-query-buffer-limit */
    uint64_t output_cut; /* client-output-buffer-limit */
};
extern struct net_counts net_counts;

#endif
