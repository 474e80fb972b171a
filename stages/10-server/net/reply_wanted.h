/* A command with a long reply may stop writing when nobody wants the rest. */
#ifndef REPLY_WANTED_H
#define REPLY_WANTED_H

#include "client.h"

/* Returns false if the client is cut because it does not read, or has switched
 * replies off. */
static inline bool reply_wanted(const struct client *client) {
    const struct output *out = &client->conn->out;
    return !client_reply_dropped(client) &&
           output_len(out) <= output_bounds[out->class].hard;
}

#endif
