#include "stranger.h"

#include "address.h"
#include "log.h"

enum { OUTPUT_LIMIT = 16384 }; /* bytes, as in Redis */

void stranger_limit(struct client *client, bool was_known) {
    static int64_t said_us;
    size_t waiting = buf_len(&client->conn->out);
    if (was_known)
        client->owed = waiting;
    if (waiting <= client->owed + OUTPUT_LIMIT)
        return;
    if (log_due(&said_us)) {
        char address[ADDRESS_MAX];
        address_of_peer(client->conn->watch.fd, address);
        log_warn("%s has not authenticated and does not read its replies: "
                 "closed",
                 address);
    }
    client_drop(client);
}
