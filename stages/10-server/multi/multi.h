/* Transactions: what a client requests between MULTI and EXEC.
 *
 *     MULTI         +OK
 *     SET a 1       +QUEUED     the queue: SET a 1
 *     INCR a        +QUEUED                SET a 1, INCR a
 *     EXEC          *2 +OK :2
 *
 * Requests are resolved and admitted as usual, but are then put into a queue.
 * EXEC runs them one after the other. Since one thread runs all requests, no
 * other client's request comes in between, and no client that waits for a key
 * is served before the last one has run.
 *
 * If a request is refused, the transaction is spoiled, and EXEC runs nothing.
 * If a command fails while EXEC runs it, the others run, and nothing is undone.
 *
 * The queue owns copies, since a request lies in the read buffer only until it
 * has run. They are freed by EXEC, DISCARD and RESET, and when the client
 * leaves. They count as input of the client (input_limit.h). */
#ifndef MULTI_H
#define MULTI_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

static inline bool multi_open(const struct client *client) {
    return client->state.special & CLIENT_IN_MULTI;
}

void multi_begin(struct client *client);

/* Ends the transaction without running it, if there is one. */
void multi_forget(struct client *client);

/* Returns true if the command ends a transaction, as EXEC and DISCARD do; and
 * if it must not wait for EXEC, as WATCH must not either. */
bool multi_ends(const struct command *command);
bool multi_runs_at_once(const struct command *command);
static inline bool multi_takes(const struct client *client,
                               const struct command *command) {
    return multi_open(client) && !multi_runs_at_once(command);
}

/* Queues a copy of the request, and answers QUEUED. */
void multi_add(struct client *client, const struct command *command,
               const struct request *request);

/* To be called when a request was refused, with the error at this place of
 * the client's output. Spoils the transaction, and ends it if the request
 * was EXEC. */
void multi_refused(struct client *client, const struct request *request,
                   size_t error_at);

/* Returns false, after an error reply, for a command that must not be queued.
 */
bool multi_admits(struct client *client, const struct command *command);

/* Returns false, after an error reply, if the command is EXEC, and some queued
 * command must not run now. */
bool multi_admits_queue(struct client *client, const struct command *command);

/* Returns true if a request was refused since MULTI. */
bool multi_spoiled(const struct client *client);

/* Runs the queue, and gives the reply of EXEC. */
void multi_run(struct client *client);

/* Returns EXEC while it runs the queue, and NULL before. */
const struct command *multi_exec(const struct client *client);

/* In stage.c. Returns false, after an error reply, if the command must not run
 * now. Is told that a command has been called. */
bool stage_admits(struct client *client, const struct command *command);
void stage_called(struct client *client, const struct command *command,
                  const struct request *request);

/* In stage.c. Returns false, after an error reply, if the client is no longer
 * allowed to run a request that it has queued. */
bool stage_still_admits(struct client *client, const struct command *command,
                        const struct request *request);

/* Returns the flags of all queued commands, combined. */
unsigned multi_flags(const struct client *client);

/* Return the number of queued requests, and the bytes that they take. */
size_t multi_count(const struct client *client);
size_t multi_bytes(const struct client *client);

#endif
