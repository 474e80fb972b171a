#include "input_limit.h"

#include "address.h"
#include "log.h"
#include "multi.h"
#include "net_counts.h"

int64_t input_limit = 1 << 30;

static void tell(const struct conn *conn, size_t bytes) {
    static int64_t said_us;
    char address[ADDRESS_MAX];
    if (!log_due(&said_us))
        return;
    address_of_peer(conn->watch.fd, address);
    log_warn("%s is closed: %zu bytes of what it has sent wait, more than "
             "client-query-buffer-limit",
             address, bytes);
}

bool input_too_long(const struct conn *conn) {
    const struct client *client = conn->app;
    size_t bytes = buf_len(&conn->in);
    /* Otherwise a client could queue without limit what it may not send at
     * once. */
    if (multi_open(client))
        bytes += multi_bytes(client);
    if (bytes <= (size_t)input_limit)
        return false;
    tell(conn, bytes);
    net_counts.input_cut++;
    return true;
}
