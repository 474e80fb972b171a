/* A command with a long reply may stop writing when nobody wants the rest. */
#ifndef REPLY_WANTED_H
#define REPLY_WANTED_H

#include "detached.h"

/* Returns false if the client is detached, since of its replies only errors are
 * looked for, if it has switched replies off, or if it is cut because it does
 * not read. It is cut here, because its reply will lack the rest: when
 * that is sent the limit may be another one, after a SUBSCRIBE in the same
 * EXEC. */
static inline bool reply_wanted(const struct client *client) {
    const struct output *out = &client->conn->out;
    if (detached(client) || client_reply_dropped(client))
        return false;
    if (!out->is_cut && output_len(out) <= output_bounds[out->class].hard)
        return true;
    output_cut(client->conn);
    return false;
}

#endif
