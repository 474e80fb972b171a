#include "detached.h"

#include <stdlib.h>

#include "app.h"
#include "buf_slice.h"
#include "xalloc.h"

/* The client gets a connection that was never opened. To conn.h it is closed
 * already and waits to be freed, so nothing is sent on it, and it is not closed
 * again. */
struct client *detached_new(void) {
    struct conn *conn = xcalloc(1, sizeof *conn);
    conn->watch.fd = -1;
    conn->closed = conn->pending = true;
    app_open(conn);
    struct client *client = conn->app;
    client->out = conn_out(conn);
    return client;
}

bool detached(const struct client *client) {
    return client->conn->watch.ready == NULL;
}

void detached_free(struct client *client) {
    struct conn *conn = client->conn;
    app_close(conn);
    output_free(&conn->out);
    free(conn);
}

struct slice detached_reply(const struct client *client) {
    return buf_slice(client->out);
}

void detached_reset(struct client *client) {
    buf_consume(client->out, buf_len(client->out));
}
