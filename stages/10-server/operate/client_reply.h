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

/* Makes client->out the place for the next reply of a mute client, or a sink if
 * it does not want this one. To be called before a request runs, and before the
 * late reply to one that has run. */
void client_reply_begin(struct client *client);

/* The request whose reply has begun does not run now. It will begin again
 * later. */
void client_reply_again(struct client *client);

/* Returns true if the reply that is being written is not wanted. */
bool client_reply_dropped(const struct client *client);

/* To be called after each request: drops a reply that is not wanted. */
void client_reply_end(struct client *client);

/* The client wants replies from now on (CLIENT REPLY ON and RESET), or wants
 * none, even in the middle of an EXEC. */
void client_reply_on(struct client *client);
void client_reply_off(struct client *client);

/* The client wants no reply to its next request (CLIENT REPLY SKIP). */
void client_reply_skip(struct client *client);

#endif
