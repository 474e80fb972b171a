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
#include "stage.h"

struct command;

struct client {
    struct conn *conn;
    struct buf *out; /* where replies go */
    uint64_t id;     /* never used twice */
    const struct command *last_command;
    int database;
    bool no_touch;             /* what it reads does not look used */
    struct request request;    /* begun, but not all of it has come */
    struct stage_client state; /* what the facilities of the stage keep */
};

/* A client for a connection, which has it as conn->app from then on. */
struct client *client_new(struct conn *conn);
void client_free(struct client *client);

/* Leaves the client without another word: what waits to be sent is dropped, and
 * nothing that it has sent is run. The client is there until its command has
 * returned. */
void client_drop(struct client *client);

/* In stage.c, since it depends on what a stage has: */

/* Whether the next request of the client may run now: it may not when the
 * client has to read first, or is about to be left. */
bool stage_may_run(const struct client *client);

/* Runs a request. Gives exactly one reply, unless it leaves the client. */
void stage_run(struct client *client, struct request *request);

/* Forgets what the client has set, as if it had just connected. */
void stage_client_reset(struct client *client);

/* What CLIENT INFO shows of the client's state, a letter each; N for nothing.
 * Good until the next call. */
const char *stage_client_flags(const struct client *client);

#endif
