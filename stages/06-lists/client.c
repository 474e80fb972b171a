#include "client.h"

#include <stdlib.h>

#include "app.h"
#include "blocking.h"
#include "client_table.h"
#include "command.h"
#include "config.h"
#include "stranger.h"
#include "xalloc.h"

static uint64_t last_id;

/* Replies that nobody wants. */
static struct buf sink;

void app_open(struct conn *conn) {
    struct client *client = xcalloc(1, sizeof *client);
    client->conn = conn;
    client->id = ++last_id;
    client->authenticated = config.requirepass == NULL;
    conn->app = client;
    client_table_add(client);
}

void app_close(struct conn *conn) {
    struct client *client = conn->app;
    client_table_remove(client);
    blocking_forget(client);
    free(client->name);
    free(client->lib_name);
    free(client->lib_version);
    request_free(&client->request);
    free(client);
}

void client_flags(const struct client *client, char out[CLIENT_FLAGS_MAX]) {
    char *at = out;
    if (blocking_waits(client))
        *at++ = 'b';
    if (client->no_evict)
        *at++ = 'e';
    if (client->no_touch)
        *at++ = 'T';
    if (at == out)
        *at++ = 'N'; /* nothing to tell */
    *at = '\0';
}

void client_begin_reply(struct client *client) {
    client->out = conn_out(client->conn);
    if (client->replies == REPLIES_ON)
        return;
    if (client->replies == REPLIES_SKIP_NEXT)
        client->replies = REPLIES_SKIP;
    client->out = &sink;
}

void client_end_reply(struct client *client) {
    if (client->replies == REPLIES_ON)
        return;
    buf_free(&sink);
    if (client->replies == REPLIES_SKIP)
        client->replies = REPLIES_ON;
}

void client_drop(struct client *client) {
    buf_free(&client->conn->out);
    conn_end(client->conn);
}

void client_run(struct client *client, struct request *request) {
    bool was_known = client->authenticated;
    client_begin_reply(client);
    command_run(client, request);
    client_end_reply(client);
    if (!client->authenticated)
        stranger_limit(client, was_known);
    blocking_serve();
}
