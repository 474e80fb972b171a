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

struct client {
    struct conn *conn;
    struct buf *out; /* where replies go */
    uint64_t id;     /* never used twice */
    char *name;      /* or NULL; owned */
    char *lib_name, *lib_version;
    const struct command *last_command;
    int database;
    bool no_touch;          /* what it reads does not look used */
    struct request request; /* begun, but not all of it has come */
    struct waiter *waiter;  /* what it waits for, or NULL: see blocking.h */
};

/* Whether the next request of the client may run now: it may not when the
 * client has to read first, is about to be left, or waits for a key. */
static inline bool client_may_run(const struct client *client) {
    return !conn_full(client->conn) && !client->conn->ending &&
           client->waiter == NULL;
}

/* Makes client->out the place for the next reply. Before a request runs, and
 * before the late answer to one that has run. */
void client_begin_reply(struct client *client);

/* Forgets what the client has set, as if it had just connected. */
void client_reset(struct client *client);

/* Leaves the client without another word: what waits to be sent is dropped, and
 * nothing that it has sent is run. The client is there until its command has
 * returned. */
void client_drop(struct client *client);

/* What CLIENT INFO shows of the client's state, a letter each; N for nothing.
 * Good until the next call. */
const char *client_flags(const struct client *client);

#endif
