/* Sections of INFO about clients. */
#include <inttypes.h>

#include "blocking.h"
#include "client_sums.h"
#include "conn.h"
#include "follower.h"
#include "info.h"
#include "link.h"
#include "net_counts.h"
#include "pause.h"
#include "welcome.h"

/* Redis shows the largest buffers of the last seconds. These are the largest at
 * the moment: only INFO pays for them. */
static void buffers_info(struct buf *out) {
    struct client_sums sums = client_sums();
    info_line(out, "client_recent_max_input_buffer:%zu", sums.most_input);
    info_line(out, "client_recent_max_output_buffer:%zu", sums.most_output);
}

/* The keys that clients wait for. The places of one key come together. */
struct waited {
    const char *key; /* the last that was seen */
    bool by_group;   /* an XREADGROUP waits for that one */
    size_t keys, keys_by_group;
};

static void see_waiter(void *context, struct slice key,
                       const struct client *waiter) {
    struct waited *waited = context;
    if (key.ptr != waited->key)
        *waited = (struct waited){key.ptr, false, waited->keys + 1,
                                  waited->keys_by_group};
    if (waited->by_group ||
        strcmp(waiter->last_command->name, "xreadgroup") != 0)
        return;
    waited->by_group = true;
    waited->keys_by_group++;
}

/* To an XREADGROUP it matters, too, if the key is deleted. */
static void waiters_info(struct buf *out) {
    struct waited waited = {0};
    size_t waiting = blocking_count();
    for (int i = 0; waiting > 0 && i < keyspace_databases; i++)
        blocking_look(i, see_waiter, &waited);
    info_line(out, "blocked_clients:%zu", waiting + pause_count());
    info_line(out, "clients_in_timeout_table:%zu", blocking_timed_count());
    info_line(out, "total_blocking_keys:%zu", waited.keys);
    info_line(out, "total_blocking_keys_on_nokey:%zu", waited.keys_by_group);
}

void clients_info(struct buf *out) {
    /* Redis does not count its replicas as clients, but it counts its
     * primary. */
    info_line(out, "connected_clients:%zu",
              conn_count() - followers_count() + link_is_up());
    info_line(out, "cluster_connections:0");
    info_line(out, "maxclients:%" PRId64, welcome_config.maxclients);
    buffers_info(out);
    waiters_info(out);
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
