/* The replies that the two versions of the protocol write differently. */
#include "client.h"
#include "pubsub.h"
#include "reply.h"
#include "resp3.h"
#include "resp_write.h"

static void append(struct client *client, const void *bytes, size_t len) {
    buf_append(client->out, bytes, len);
}

static void head(struct client *client, char type, size_t count) {
    resp_write_number(client->out, type, (int64_t)count);
}

void reply_null(struct client *client) {
    append(client, client->state.resp3 ? "_\r\n" : "$-1\r\n",
           client->state.resp3 ? 3 : 5);
}

void reply_null_array(struct client *client) {
    append(client, client->state.resp3 ? "_\r\n" : "*-1\r\n",
           client->state.resp3 ? 3 : 5);
}

/* A subscriber that speaks version 2 gets an array, as it does for
 * everything. */
void reply_pong(struct client *client, const struct slice *message) {
    if (pubsub_subscribed(client) && !client->state.resp3) {
        reply_array(client, 2);
        reply_text(client, "pong");
        reply_slice(client, message != NULL ? *message : (struct slice){0});
    } else if (message != NULL) {
        reply_slice(client, *message);
    } else {
        reply_simple(client, "PONG");
    }
}

/* Writes a line in version 3, and a bulk string in version 2. */
static void line_or_bulk(struct client *client, char type, const char *text,
                         size_t len) {
    if (!client->state.resp3) {
        reply_bulk(client, text, len);
        return;
    }
    append(client, &type, 1);
    append(client, text, len);
    append(client, "\r\n", 2);
}

void reply_double(struct client *client, const char *text, size_t len) {
    line_or_bulk(client, ',', text, len);
}

void reply_big_number(struct client *client, const char *digits) {
    line_or_bulk(client, '(', digits, strlen(digits));
}

void reply_boolean(struct client *client, bool value) {
    if (client->state.resp3)
        append(client, value ? "#t\r\n" : "#f\r\n", 4);
    else
        reply_integer(client, value);
}

void reply_verbatim(struct client *client, const void *text, size_t len) {
    if (!client->state.resp3) {
        reply_bulk(client, text, len);
        return;
    }
    /* The length includes "txt:", the kind of the text. */
    head(client, '=', len + 4);
    append(client, "txt:", 4);
    append(client, text, len);
    append(client, "\r\n", 2);
}

void reply_set(struct client *client, size_t count) {
    head(client, client->state.resp3 ? '~' : '*', count);
}

void reply_map(struct client *client, size_t pairs) {
    if (client->state.resp3)
        head(client, '%', pairs);
    else
        head(client, '*', pairs * 2);
}

void reply_push(struct client *client, size_t count) {
    head(client, client->state.resp3 ? '>' : '*', count);
}

void reply_attribute(struct client *client, size_t pairs) {
    head(client, '|', pairs);
}

/* In version 3 each pair is an array; in version 2 all are one flat array. */
void reply_pairs(struct client *client, size_t pairs) {
    head(client, '*', client->state.resp3 ? pairs : pairs * 2);
}

void reply_pair(struct client *client) {
    if (client->state.resp3)
        head(client, '*', 2);
}

/* In version 3 this is a map, whose pairs have no head. */
void reply_by_key(struct client *client, size_t keys) {
    head(client, client->state.resp3 ? '%' : '*', keys);
}

void reply_keyed(struct client *client) {
    if (!client->state.resp3)
        head(client, '*', 2);
}
