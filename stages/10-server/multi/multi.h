/* Transactions: what a client has asked for between MULTI and EXEC.
 *
 *     MULTI         +OK
 *     SET a 1       +QUEUED     the queue: SET a 1
 *     INCR a        +QUEUED                SET a 1, INCR a
 *     EXEC          *2 +OK :2
 *
 * Requests are resolved and admitted as ever, but then they wait in a queue.
 * EXEC runs them one after the other. Since one thread runs all requests,
 * nobody else's come between, and nobody who waits for a key is served before
 * the last has run.
 *
 * A request that is refused spoils the transaction: EXEC runs nothing of it. A
 * command that fails while EXEC runs it stops nothing, and nothing is undone.
 *
 * The queue owns copies, since a request lies in the read buffer only until it
 * has run. EXEC, DISCARD and RESET free them, and so does the end of the
 * client. They count as input of the client (input_limit.h). */
#ifndef MULTI_H
#define MULTI_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

static inline bool multi_open(const struct client *client) {
    return client->state.special & CLIENT_IN_MULTI;
}

void multi_begin(struct client *client);

/* Ends the transaction, if there is one, without running it. */
void multi_forget(struct client *client);

/* Returns true if the command is to wait for EXEC. A few run at once, as
 * DISCARD must. */
bool multi_runs_at_once(const struct command *command);
static inline bool multi_takes(const struct client *client,
                               const struct command *command) {
    return multi_open(client) && !multi_runs_at_once(command);
}

/* Queues a copy of the request, and answers QUEUED. */
void multi_add(struct client *client, const struct command *command,
               const struct request *request);

/* A request was refused, with the error that the client's output holds from
 * this byte on. Spoils the transaction; if it was its EXEC, it is over. */
void multi_refused(struct client *client, const struct request *request,
                   size_t error_at);

/* Returns false, after an error reply, for a command that must not be queued.
 */
bool multi_admits(struct client *client, const struct command *command);

/* Returns true if a request was refused since MULTI. */
bool multi_spoiled(const struct client *client);

/* Runs what is queued, if all of it may run now, and gives the reply of
 * EXEC. */
void multi_run(struct client *client);

/* In stage.c: returns false, after an error reply, if the command must not run
 * now; and hears that a command has been called. */
bool stage_admits(struct client *client, const struct command *command);
void stage_called(struct client *client, const struct command *command,
                  const struct request *request);

/* In stage.c: returns false, after an error reply, if the client may no longer
 * run a request that was queued, when its turn comes. */
bool stage_still_admits(struct client *client, const struct command *command,
                        const struct request *request);

/* The flags of all commands that are queued. */
unsigned multi_flags(const struct client *client);

/* The number of queued requests, and the bytes that they take. */
size_t multi_count(const struct client *client);
size_t multi_bytes(const struct client *client);

#endif
