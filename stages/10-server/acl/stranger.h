/* Clients that have not authenticated.
 *
 * Whoever has not said who it is must not make us keep much. It cannot be held
 * up like others until it reads: it may never do that, and come again a
 * thousand times. So it is left when more than 16 KiB of replies wait for it.
 */
#ifndef STRANGER_H
#define STRANGER_H

#include <stdbool.h>

#include "client.h"
#include "resp.h"

static inline bool stranger(const struct client *client) {
    return client->state.special & CLIENT_STRANGER;
}

/* Leaves a client that has not authenticated if too much waits for it. After
 * each of its requests; was_known says that it had been authenticated before
 * that one, a RESET: what it had asked for by then does not count. */
void stranger_limit(struct client *client, bool was_known);

/* Returns true, with the error for the reply, if a request asks for more than
 * ten arguments or for one of more than 16 KiB. To be called after each
 * resp_parse(), no matter what that returned. */
bool stranger_asks_too_much(const struct request *request,
                            char error[static RESP_ERROR_SIZE]);

#endif
