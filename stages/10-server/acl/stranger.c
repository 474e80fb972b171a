#include "stranger.h"

#include <stdio.h>

#include "address.h"
#include "log.h"

/* Redis's limits. All but the first are bytes. */
enum { ARGS_LIMIT = 10, BULK_LIMIT = 16384, REPLIES_LIMIT = 16384 };

void stranger_limit(struct client *client, bool was_known) {
    static int64_t said_us;
    size_t waiting = output_len(&client->conn->out);
    if (was_known)
        client->state.owed = waiting;
    if (waiting <= client->state.owed + REPLIES_LIMIT)
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

/* An inline request has no announced length: the limit of a line bounds it. */
bool stranger_asks_too_much(const struct request *request,
                            char error[static RESP_ERROR_SIZE]) {
    const char *what = NULL;
    if (request->wanted > ARGS_LIMIT)
        what = "multibulk";
    else if (request->wanted > 0 && request->bulk > BULK_LIMIT)
        what = "bulk";
    for (size_t i = 0; request->wanted > 0 && i < request->argc; i++)
        if (what == NULL && request->argv[i].len > BULK_LIMIT)
            what = "bulk";
    if (what == NULL)
        return false;
    snprintf(error, RESP_ERROR_SIZE,
             "ERR Protocol error: unauthenticated %s length", what);
    return true;
}
