/* INFO replication: our primary, our replicas, and the offsets of all. */
#include <inttypes.h>

#include "failover.h"
#include "info.h"
#include "primary.h"
#include "repl_stream.h"
#include "replica.h"
#include "replication.h"

static void history_info(struct buf *out) {
    info_line(out, "master_replid:%s", history.id);
    info_line(out, "master_replid2:%s", history.second_id);
    info_line(out, "master_repl_offset:%" PRId64, history.offset);
    info_line(out, "second_repl_offset:%" PRId64, history.second_offset);
}

/* Here the first byte has the number that it has in requests, which is one more
 * than the number of bytes before it. */
static void backlog_info(struct buf *out) {
    bool active = repl_backlog_active();
    info_line(out, "repl_backlog_active:%d", active);
    info_line(out, "repl_backlog_size:%zu", repl_backlog_size());
    info_line(out, "repl_backlog_first_byte_offset:%" PRId64,
              active ? repl_backlog_first_place() + 1 : 0);
    info_line(out, "repl_backlog_histlen:%zu", repl_backlog_len());
}

void replication_info(struct buf *out) {
    info_line(out, "role:%s", replica_is() ? "slave" : "master");
    replica_info(out);
    primary_info(out);
    info_line(out, "master_failover_state:%s", failover_state_name());
    history_info(out);
    backlog_info(out);
}
