/* Clients that wait for keys.
 *
 * A command that finds nothing to take may wait: its client is then a waiter,
 * which keeps a copy of the request. A waiter stands in a queue for each of its
 * keys, behind those who came before. When a key has changed, the requests of
 * the waiters in its queue are run again, the one that has waited longest
 * first: each takes what it wants, or goes on waiting where it stands.
 *
 *     queues   "jobs"  -> waiter A -> waiter B
 *              "mails" -> waiter B
 *
 * That happens after the command that changed the key, not in the middle of it.
 * What a client sends while it waits stays in its connection's buffer, and runs
 * once the client has its answer, at the end of the turn. */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "keyspace.h"

/* Makes the client wait, instead of replying, until a key of its database has a
 * value of that type and the request has an answer. If the monotonic clock
 * reaches until_us first, or if the client may not wait, the reply is a null
 * array. A client whose request is run again goes on waiting as before. Without
 * keys only the time, or blocking_end(), ends the wait. */
void blocking_wait(struct client *client, const struct request *request,
                   const struct slice *keys, size_t key_count, enum type type,
                   int64_t until_us);
#define BLOCKING_FOREVER INT64_MAX
/* In place of a type: the request is run again whatever happens to the key,
 * even if it is deleted. */
#define BLOCKING_ANY_CHANGE ((enum type) - 1)

/* Returns the moment that many milliseconds from now; BLOCKING_FOREVER for
 * 0. */
int64_t blocking_moment(int64_t ms);

/* Reads such a time from an argument in seconds, which may have a fraction;
 * parts of a millisecond are rounded up. Returns false after the error
 * reply. */
bool blocking_timeout(struct client *client, struct slice argument,
                      int64_t *until_us);

/* Defined in stage.c: returns true if the client may wait, which means that
 * there is somebody to answer it, and that nobody needs its reply at once. */
bool stage_may_wait(const struct client *client);

/* Returns true if the client waits and has no answer yet. */
bool blocking_waits(const struct client *client);

/* The numbers of all such clients, and of those that wait for a limited time.
 */
size_t blocking_count(void);
size_t blocking_timed_count(void);

/* Ends the wait of a client with an error; with NULL it gets the answer that is
 * due when its time is over. */
void blocking_end(struct client *client, const char *error);

/* These three are in waited.c; stage 10 has its own in stage.c. This makes
 * client->out the place for the next reply. Called before a request is run, and
 * before the late answer to one that has been. */
void stage_begin_reply(struct client *client);

/* Gives the late answer to a client that has waited in vain for what this
 * request asks: the error, or with NULL the answer of a time-out. */
void stage_answer_late(struct client *client, const struct request *request,
                       const char *error);

/* Returns true if the client waits, and others may end that as if its time were
 * over. */
bool stage_may_time_out(const struct client *client);

/* Forgets the wait of a client that leaves. */
void blocking_forget(struct client *client);

/* Note that those who wait for this key, or for any key of this database, may
 * find something to take. Cheap when nobody waits. */
void blocking_key_changed(const struct key *key);
void blocking_database_changed(int number);

/* Serves those who wait for keys that have changed. Called after each
 * command. */
void blocking_serve(void);

/* For those who look: visits each place in the queues of a database. The places
 * of one key come together, the client that has waited longest first. */
void blocking_look(int database,
                   void (*visit)(void *context, struct slice key,
                                 const struct client *waiter),
                   void *context);

void blocking_start(void);
void blocking_stop(void);

#endif
