/* INFO clients. */
#include "blocking.h"
#include "conn.h"
#include "info.h"

void clients_info(struct buf *out) {
    info_line(out, "connected_clients:%zu", conn_count());
    info_line(out, "blocked_clients:%zu", blocking_count());
}
