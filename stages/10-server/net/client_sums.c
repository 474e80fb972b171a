#include "client_sums.h"

#include <stdint.h>

#include "client_line.h"
#include "conn.h"
#include "loop.h"
#include "output.h"

enum {
    FEW = 256,           /* clients that are added up whenever somebody asks */
    GOOD_PER_CLIENT = 10 /* microseconds; adding one takes about 0.05 */
};

static size_t most(size_t a, size_t b) {
    return a > b ? a : b;
}

static struct client_sums add_up(void) {
    struct client_sums sums = {0};
    for (const struct conn *at = conn_first(); at != NULL; at = at->next) {
        bool is_replica = at->out.class == OUTPUT_REPLICA;
        struct client_facts facts = client_facts(at->app);
        /* What a replica is sent lies in the backlog and does not count. */
        if (is_replica)
            facts.shared_bytes = 0;
        *(is_replica ? &sums.replicas : &sums.normal) +=
            client_memory(at->app, &facts);
        sums.most_input = most(sums.most_input, at->in.room);
        sums.most_output = most(sums.most_output, output_len(&at->out));
    }
    return sums;
}

struct client_sums client_sums(void) {
    static struct client_sums sums;
    static int64_t good_until_us;
    int64_t now_us = loop_now_us();
    size_t clients = conn_count();
    if (clients <= FEW || now_us >= good_until_us) {
        sums = add_up();
        good_until_us = now_us + GOOD_PER_CLIENT * (int64_t)clients;
    }
    return sums;
}
