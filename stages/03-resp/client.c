#include "client.h"

#include <stdlib.h>

#include "xalloc.h"

static uint64_t last_id;

struct client *client_new(struct conn *conn) {
    struct client *client = xcalloc(1, sizeof *client);
    client->conn = conn;
    client->id = ++last_id;
    conn->app = client;
    return client;
}

void client_free(struct client *client) {
    request_free(&client->request);
    free(client);
}

void client_drop(struct client *client) {
    output_free(&client->conn->out);
    conn_end(client->conn);
}
