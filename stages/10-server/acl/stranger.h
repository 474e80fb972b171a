/* Clients that have not authenticated.
 *
 * They must not make the server keep much for them. Other clients with too many
 * unread replies are not served until they have read some; a stranger may never
 * read, and connect again a thousand times. So a stranger for which more than
 * 16 KiB of replies wait is closed. */
#ifndef STRANGER_H
#define STRANGER_H

#include <stdbool.h>

#include "client.h"
#include "resp.h"

static inline bool stranger(const struct client *client) {
    return client->state.special & CLIENT_STRANGER;
}

/* Closes a client that has not authenticated if too much waits for it. To be
 * called after each of its requests. was_known says that it was authenticated
 * before this one, a RESET: what it asked for until then does not count. */
void stranger_limit(struct client *client, bool was_known);

/* Returns true, with the error for the reply, if a request asks for more than
 * ten arguments or for one of more than 16 KiB. To be called after each
 * resp_parse(), whatever that returned. */
bool stranger_asks_too_much(const struct request *request,
                            char error[static RESP_ERROR_SIZE]);

#endif
