/* The clients of all stages but the tenth: how one comes, what RESET makes it
 * forget, and the flags that CLIENT INFO shows. */
#include "app.h"
#include "client.h"

void app_open(struct conn *conn) {
    (void)client_new(conn);
}

void stage_client_reset(struct client *client) {
    client_set_text(&client->state.name, (struct slice){0});
    client->database = 0;
}

const char *stage_client_flags(const struct client *client) {
    (void)client;
    return "N"; /* nothing to tell */
}
