/* Runs a command for a client, and tells everything that records commands. */
#ifndef TIMED_CALL_H
#define TIMED_CALL_H

#include "command.h"

/* Like call(), for requests of clients. Nothing is recorded for a command that
 * begins to wait: that is done when it runs again and has a reply, or by the
 * second function if it has waited in vain. */
void timed_call(struct client *client, const struct command *command,
                struct request *request);
void timed_call_waited(const struct client *client,
                       const struct request *request, size_t reply_at);

/* Marks the beginning (true) and the end of a group of commands that run
 * without a pause, so that each begins when the one before it ends. */
void timed_call_group(bool runs);

/* A request was refused. Its error is at the end of the output. */
void timed_call_refused(const struct client *client,
                        const struct request *request, size_t reply_at);

/* So was what is no request at all, or a queued one that its user may not run
 * any more. */
void timed_call_not_run(const struct client *client, size_t reply_at);

#endif
