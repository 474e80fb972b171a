/* Sections of INFO about clients. */
#include <inttypes.h>

#include "blocking.h"
#include "config.h"
#include "conn.h"
#include "info.h"
#include "welcome.h"

void clients_info(struct buf *out) {
    info_line(out, "connected_clients:%zu", conn_count());
    info_line(out, "maxclients:%" PRId64, config.maxclients);
    info_line(out, "blocked_clients:%zu", blocking_count());
}

void stats_info(struct buf *out) {
    info_line(out, "total_connections_received:%" PRIu64, welcome_received());
    info_line(out, "rejected_connections:%" PRIu64, welcome_rejected());
}
