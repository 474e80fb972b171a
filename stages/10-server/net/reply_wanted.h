/* Long replies: who writes one may stop when nobody wants the rest of it. */
#ifndef REPLY_WANTED_H
#define REPLY_WANTED_H

#include "client.h"

/* Returns false if the client is cut for what it has left unread, or if it has
 * asked for silence. */
static inline bool reply_wanted(const struct client *client) {
    const struct output *out = &client->conn->out;
    return !client_reply_dropped(client) &&
           output_len(out) <= output_bounds[out->class].hard;
}

#endif
