/* Clients: who is at the other end of a connection, and what they have set.
 *
 * A client lives as long as its connection. Commands get it as their first
 * argument and write their reply to client->out. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "conn.h"
#include "resp.h"

struct command;
struct waiter;

enum client_replies {
    REPLIES_ON,
    REPLIES_OFF,
    REPLIES_SKIP_NEXT, /* drop the reply of the command that comes next */
    REPLIES_SKIP       /* this is that command */
};

struct client {
    struct conn *conn;
    struct buf *out; /* where replies go: the connection's, or a sink */
    uint64_t id;     /* never used twice */
    char *name;      /* or NULL; owned */
    char *lib_name, *lib_version;
    const struct command *last_command;
    int database;
    enum client_replies replies;
    bool authenticated;
    bool no_evict, no_touch;
    size_t owed; /* bytes of output from before it was a stranger again */
    struct request request; /* begun, but not all of it has come */
    struct waiter *waiter;  /* what it waits for, or NULL: see blocking.h */
};

/* Whether the next request of the client may run now: it may not when the
 * client has to read first, is about to be left, or waits for a key. */
static inline bool client_may_run(const struct client *client) {
    return !conn_full(client->conn) && !client->conn->ending &&
           client->waiter == NULL;
}

/* Leaves the client without another word: what waits to be sent is dropped, and
 * nothing that it has sent is run. The client is there until its command has
 * returned. */
void client_drop(struct client *client);

/* Runs a request, and sees to it that its reply goes where the client wants
 * replies to go. */
void client_run(struct client *client, struct request *request);

/* The same for a reply to a request that has run already: what is written to
 * client->out between the two calls. */
void client_begin_reply(struct client *client);
void client_end_reply(struct client *client);

/* What CLIENT LIST shows of the client's state, a letter each. */
enum { CLIENT_FLAGS_MAX = 8 }; /* with a NUL */
void client_flags(const struct client *client, char out[CLIENT_FLAGS_MAX]);

#endif
