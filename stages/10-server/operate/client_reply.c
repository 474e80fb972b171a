#include "client_reply.h"

#include "client.h"

/* Where replies go that nobody wants. */
static struct buf sink;

static void set_replies(struct client *client, enum client_replies replies) {
    client->state.replies = replies;
    stage_set_special(&client->state, CLIENT_MUTE, replies != REPLIES_ON);
}

/* A late reply still belongs to the request that waits. */
static void next_replies(struct client *client) {
    if (client->state.waiter != NULL)
        return;
    if (client->state.replies == REPLIES_SKIP)
        set_replies(client, REPLIES_ON);
    else if (client->state.replies == REPLIES_SKIP_NEXT)
        set_replies(client, REPLIES_SKIP);
}

void client_reply_begin(struct client *client) {
    next_replies(client);
    client->out =
        client->state.replies == REPLIES_ON ? conn_out(client->conn) : &sink;
}

void client_reply_again(struct client *client) {
    if (client->state.replies == REPLIES_SKIP)
        client->state.replies = REPLIES_SKIP_NEXT;
}

bool client_reply_dropped(const struct client *client) {
    return client->out == &sink;
}

void client_reply_end(struct client *client) {
    /* The sink is freed each time: a reply that nobody wants may have been
     * large. */
    if (client->out == &sink)
        buf_free(&sink);
}

void client_reply_off(struct client *client) {
    set_replies(client, REPLIES_OFF);
    client->out = &sink;
}

/* Within EXEC, a SKIP in front of it still holds for what comes after EXEC. */
void client_reply_on(struct client *client) {
    if (client->state.replies != REPLIES_SKIP_NEXT)
        set_replies(client, REPLIES_ON);
    client->out = conn_out(client->conn);
}

void client_reply_skip(struct client *client) {
    if (client->state.replies != REPLIES_OFF)
        set_replies(client, REPLIES_SKIP_NEXT);
}
