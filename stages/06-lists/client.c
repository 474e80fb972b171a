#include "client.h"

#include <stdlib.h>

#include "app.h"
#include "blocking.h"
#include "client_table.h"
#include "client_text.h"
#include "xalloc.h"

static uint64_t last_id;

void app_open(struct conn *conn) {
    struct client *client = xcalloc(1, sizeof *client);
    client->conn = conn;
    client->id = ++last_id;
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

void client_begin_reply(struct client *client) {
    client->out = conn_out(client->conn);
}

void client_reset(struct client *client) {
    client_set_text(&client->name, (struct slice){0});
    client->database = 0;
}

void client_drop(struct client *client) {
    buf_free(&client->conn->out);
    conn_end(client->conn);
}

const char *client_flags(const struct client *client) {
    (void)client;
    return "N";
}
