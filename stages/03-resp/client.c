#include "client.h"

#include <stdlib.h>

#include "app.h"
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
    free(client->name);
    free(client->lib_name);
    free(client->lib_version);
    request_free(&client->request);
    free(client);
}

void client_flags(const struct client *client, char out[CLIENT_FLAGS_MAX]) {
    char *at = out;
    if (client->no_evict)
        *at++ = 'e';
    if (client->no_touch)
        *at++ = 'T';
    if (at == out)
        *at++ = 'N'; /* nothing to tell */
    *at = '\0';
}

void client_drop(struct client *client) {
    buf_free(&client->conn->out);
    conn_end(client->conn);
}

/* Runs it, and lets its reply go where the client wants replies to go. */
static void run(struct client *client, struct request *request) {
    client->out = &client->conn->out;
    if (client->replies == REPLIES_ON) {
        command_run(client, request);
        return;
    }
    if (client->replies == REPLIES_SKIP_NEXT)
        client->replies = REPLIES_SKIP;
    client->out = &sink;
    command_run(client, request);
    buf_free(&sink);
    if (client->replies == REPLIES_SKIP)
        client->replies = REPLIES_ON;
}

void client_run(struct client *client, struct request *request) {
    bool was_known = client->authenticated;
    run(client, request);
    if (!client->authenticated)
        stranger_limit(client, was_known);
}
