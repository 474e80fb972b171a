/* The replies for which RESP2 has no types of their own: the other half of
 * reply.h. */
#include "buf.h"
#include "client.h"
#include "reply.h"

void reply_null(struct client *client) {
    buf_append(client->out, "$-1\r\n", 5);
}

void reply_null_array(struct client *client) {
    buf_append(client->out, "*-1\r\n", 5);
}

void reply_pong(struct client *client, const struct slice *message) {
    if (message != NULL)
        reply_slice(client, *message);
    else
        reply_simple(client, "PONG");
}

void reply_double(struct client *client, const char *text, size_t len) {
    reply_bulk(client, text, len);
}

void reply_verbatim(struct client *client, const void *text, size_t len) {
    reply_bulk(client, text, len);
}

void reply_set(struct client *client, size_t count) {
    reply_array(client, count);
}

void reply_map(struct client *client, size_t pairs) {
    reply_array(client, pairs * 2);
}

void reply_pairs(struct client *client, size_t pairs) {
    reply_array(client, pairs * 2);
}

/* Writes nothing: the two elements of a pair stand in the flat array. */
void reply_pair(struct client *client) {
    (void)client;
}

void reply_by_key(struct client *client, size_t keys) {
    reply_array(client, keys);
}

void reply_keyed(struct client *client) {
    reply_array(client, 2);
}
