/* CLIENT REPLY: clients that want no replies. */
#ifndef CLIENT_REPLY_H
#define CLIENT_REPLY_H

#include <stdbool.h>

struct client;

enum client_replies {
    REPLIES_ON,
    REPLIES_OFF,
    REPLIES_SKIP_NEXT, /* drop the reply of the command that comes next */
    REPLIES_SKIP       /* this is that command */
};

/* Makes client->out the place for the next reply of a client that is mute, or a
 * sink if it does not want this one. Before a request runs, and before the late
 * answer to one that has run. */
void client_reply_begin(struct client *client);

/* The request whose reply has begun does not run now, but begins again later.
 */
void client_reply_again(struct client *client);

/* Returns true if nobody wants what is written there. */
bool client_reply_dropped(const struct client *client);

/* Drops what was written there if nobody wants it. After each request. */
void client_reply_end(struct client *client);

/* From now on the client wants replies, for CLIENT REPLY ON and for RESET, or
 * wants none, be it in the middle of an EXEC. */
void client_reply_on(struct client *client);
void client_reply_off(struct client *client);

/* The client wants no reply to its next request, for CLIENT REPLY SKIP. */
void client_reply_skip(struct client *client);

#endif
