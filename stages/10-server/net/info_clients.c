/* Sections of INFO about clients. */
#include <inttypes.h>

#include "blocking.h"
#include "client_memory.h"
#include "conn.h"
#include "follower.h"
#include "info.h"
#include "link.h"
#include "net_counts.h"
#include "pause.h"
#include "welcome.h"

static size_t most(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Redis shows the largest buffers of the last seconds. These are the largest at
 * the moment: only INFO pays for them. */
static void buffers_info(struct buf *out) {
    size_t input = 0, output = 0;
    for (struct conn *at = conn_first(); at != NULL; at = at->next) {
        input = most(input, at->in.room);
        output = most(output, output_len(&at->out));
    }
    info_line(out, "client_recent_max_input_buffer:%zu", input);
    info_line(out, "client_recent_max_output_buffer:%zu", output);
}

static size_t count_timed(void) {
    size_t count = 0;
    for (struct conn *at = conn_first(); at != NULL; at = at->next)
        count += blocking_is_timed(at->app);
    return count;
}

void clients_info(struct buf *out) {
    size_t any_change, keys = blocking_keys(&any_change);
    /* Redis does not count its replicas as clients, but it counts its
     * primary. */
    info_line(out, "connected_clients:%zu",
              conn_count() - followers_count() + link_is_up());
    info_line(out, "cluster_connections:0");
    info_line(out, "maxclients:%" PRId64, welcome_config.maxclients);
    buffers_info(out);
    info_line(out, "blocked_clients:%zu", blocking_count() + pause_count());
    info_line(out, "clients_in_timeout_table:%zu", count_timed());
    info_line(out, "total_blocking_keys:%zu", keys);
    info_line(out, "total_blocking_keys_on_nokey:%zu", any_change);
}

struct net_counts net_counts;

void stats_info(struct buf *out) {
    info_line(out, "total_connections_received:%" PRIu64, net_counts.let_in);
    info_line(out, "rejected_connections:%" PRIu64, net_counts.turned_away);
    info_line(out, "evicted_clients:%" PRIu64, net_counts.evicted);
    info_line(out, "client_query_buffer_limit_disconnections:%" PRIu64,
              net_counts.input_cut);
    info_line(out, "client_output_buffer_limit_disconnections:%" PRIu64,
              net_counts.output_cut);
}
