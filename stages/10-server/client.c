#include "client.h"

#include <stdlib.h>

#include "app.h"
#include "auth.h"
#include "blocking.h"
#include "client_table.h"
#include "client_text.h"
#include "xalloc.h"

static uint64_t last_id;

void app_open(struct conn *conn) {
    struct client *client = xcalloc(1, sizeof *client);
    client->conn = conn;
    client->id = ++last_id;
    client->authenticated = auth_password == NULL;
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

/* Replies that nobody wants. */
static struct buf sink;

/* A late answer is still that of the request that waits. */
static void next_replies(struct client *client) {
    if (client->waiter != NULL)
        return;
    if (client->replies == REPLIES_SKIP)
        client->replies = REPLIES_ON;
    else if (client->replies == REPLIES_SKIP_NEXT)
        client->replies = REPLIES_SKIP;
}

void client_begin_reply(struct client *client) {
    next_replies(client);
    client->out =
        client->replies == REPLIES_ON ? conn_out(client->conn) : &sink;
}

void client_end_reply(struct client *client) {
    if (client->out == &sink)
        buf_free(&sink);
}

/* A CLIENT REPLY SKIP before a RESET holds for the reply of the RESET. */
void client_reset(struct client *client) {
    client_set_text(&client->name, (struct slice){0});
    client->database = 0;
    client->no_evict = client->no_touch = false;
    client->authenticated = auth_password == NULL;
    if (client->replies == REPLIES_OFF) {
        client->replies = REPLIES_ON;
        client->out = conn_out(client->conn);
    }
}

void client_drop(struct client *client) {
    buf_free(&client->conn->out);
    conn_end(client->conn);
}

const char *client_flags(const struct client *client) {
    static char flags[8];
    char *at = flags;
    if (blocking_waits(client))
        *at++ = 'b';
    if (client->no_evict)
        *at++ = 'e';
    if (client->no_touch)
        *at++ = 'T';
    if (at == flags)
        *at++ = 'N';
    *at = '\0';
    return flags;
}
