/* Clients that wait for keys.
 *
 * A command that finds nothing to take may wait: its client then is a waiter,
 * with a copy of the request. A waiter stands in a queue for each of its keys,
 * behind those who came before. When a key has changed, the requests of those
 * who stand in its queue are run again, the one that has waited for longest
 * first: each takes what it wants, or goes on waiting where it stands.
 *
 *     queues   "jobs"  -> waiter A -> waiter B
 *              "mails" -> waiter B
 *
 * That happens after the command that changed the key, not in the middle of
 * it. What a client sends while it waits stays in its connection's buffer, and
 * runs once it has its answer, at the end of the turn. */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "keyspace.h"

/* Makes the client wait, instead of a reply, until a key of its database has a
 * value of that type and the request has an answer. If the monotonic clock
 * reaches until_us first, or if the client may not wait, the reply is a null
 * array. A client whose request runs again waits on, as it did. */
void blocking_wait(struct client *client, const struct request *request,
                   const struct slice *keys, size_t key_count, enum type type,
                   int64_t until_us);
#define BLOCKING_FOREVER INT64_MAX

/* The same for something that is no key: until blocking_time_out() is called,
 * by whoever knows that it has come, or the time is over. The reply in both
 * cases, and at once if the client may not wait, is what answer gives. */
void blocking_wait_for(struct client *client, const struct request *request,
                       void (*answer)(struct client *client), int64_t until_us);
/* Instead of a type: the request runs again whatever became of the key, also
 * when it is gone. */
#define BLOCKING_ANY_CHANGE ((enum type) - 1)

/* The moment at which so many milliseconds are over; BLOCKING_FOREVER for 0. */
int64_t blocking_moment(int64_t ms);

/* The same for an argument in seconds, which may have a fraction; parts of a
 * millisecond count as a whole one. Returns false after the error reply. */
bool blocking_timeout(struct client *client, struct slice argument,
                      int64_t *until_us);

/* Returns true if the client may wait: if something is there to answer it, and
 * nobody needs its reply at once. In stage.c. */
bool stage_may_wait(const struct client *client);

/* Returns true if the client has no answer yet. */
bool blocking_waits(const struct client *client);

/* Ends the wait of a client: with the answer that it gets when its time is
 * over, or with an error. */
void blocking_time_out(struct client *client);
void blocking_fail(struct client *client, const char *error);

/* Makes client->out the place for the next reply: before a request runs, and
 * before the late answer to one that has run. In stage.c. */
void stage_begin_reply(struct client *client);

/* A client has waited in vain for what this request asks: its late answer
 * begins there in its output. In stage.c. */
void stage_waited(const struct client *client, const struct request *request,
                  size_t reply_at);

/* The client leaves. */
void blocking_forget(struct client *client);

/* Says that those who wait for this key, or for any key of this database, may
 * find something to take. Cheap when nobody waits. */
void blocking_key_changed(const struct key *key);
void blocking_database_changed(int number);

/* Serves those who wait for what has changed: after each command. */
void blocking_serve(void);

/* The number of clients that wait, and of keys for which they do; of these,
 * sets *any_change to that of keys whose every change is waited for. */
size_t blocking_count(void);
size_t blocking_keys(size_t *any_change);

/* For those who look: visits each place in a queue of a database, those of one
 * key together, the client that has waited for longest first. */
void blocking_look(int database,
                   void (*visit)(void *context, struct slice key,
                                 const struct client *waiter),
                   void *context);

void blocking_start(void);
void blocking_stop(void);

#endif
