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
    free(client->state.name);
    free(client->state.lib_name);
    free(client->state.lib_version);
    request_free(&client->request);
    free(client);
}

bool client_valid_text(struct slice text) {
    /* Bytes of 128 and more fail one test or the other: whether they count as
     * negative depends on the machine. */
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '!' || text.ptr[i] > '~')
            return false;
    return true;
}

void client_set_text(char **field, struct slice text) {
    free(*field);
    *field = text.len > 0 ? xstrndup(text.ptr, text.len) : NULL;
}

void client_drop(struct client *client) {
    /* conn_end() would send what waits first. */
    output_free(&client->conn->out);
    conn_end(client->conn);
}
