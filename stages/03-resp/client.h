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

/* Makes the client of a connection, which keeps it in conn->app. */
struct client *client_new(struct conn *conn);
void client_free(struct client *client);

/* Names that clients give themselves. The first call returns true if a text can
 * stand in the line of CLIENT INFO: printable, without spaces. The other makes
 * *field a copy of it, ended by a NUL, or NULL if it is empty. */
bool client_valid_text(struct slice text);
void client_set_text(char **field, struct slice text);
#define CLIENT_BAD_NAME \
    "ERR Client names cannot contain spaces, newlines or special characters."

/* Disconnects the client at once: replies that wait to be sent are dropped, and
 * no further request of it is run. Its memory stays until its command has
 * returned. */
void client_drop(struct client *client);

/* These are defined in stage.c, since they depend on what a stage has. */

/* Returns true if the client's next request may run now. It may not while the
 * client has too many replies to read, or once it is being disconnected. */
bool stage_may_run(const struct client *client);

/* Runs a request, which gives exactly one reply, or disconnects the client. */
void stage_run(struct client *client, struct request *request);

/* Forgets all that the client has set, as if it had just connected. */
void stage_client_reset(struct client *client);

/* Returns the flags that CLIENT INFO shows, one letter each; "N" if there are
 * none. The text is good until the next call. */
const char *stage_client_flags(const struct client *client);

#endif
