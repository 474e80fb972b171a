/* Running a command for a client, with everything that is told afterwards to
 * those who look at the server. */
#ifndef TIMED_CALL_H
#define TIMED_CALL_H

#include "command.h"

/* As call(), for requests of clients. Nothing is counted of a command that now
 * waits: that is done when it runs again, and has its answer, or by the second
 * call when it has waited in vain. */
void timed_call(struct client *client, const struct command *command,
                struct request *request);
void timed_call_waited(const struct client *client,
                       const struct request *request, size_t reply_at);

/* Between the two calls, with true and with false, commands run one right
 * behind the other: each begins when the one before it has ended. */
void timed_call_group(bool runs);

/* A request was refused: its error reply stands at the end of the output. */
void timed_call_refused(const struct client *client,
                        const struct request *request, size_t reply_at);

#endif
