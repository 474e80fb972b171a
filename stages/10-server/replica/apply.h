/* Applying the stream: the requests that a primary sends to its replica.
 *
 *     *1 PING   *3 SET a 1   *1 MULTI   *2 INCR a   *2 INCR b   *1 EXEC   *3 S
 *     --------- ------------ ------------------------------------------- -----
 *     a unit    a unit       a unit                                      half
 *
 * They run like all requests, for a client that has no connection. They are
 * always obeyed: nothing that refuses a client's write refuses one of them, and
 * a key whose time has come exists until the primary sends DEL. Their replies
 * are dropped. Only CLIENT PAUSE stops them: then they wait in the buffer of
 * the link, which goes on reading.
 *
 * Only whole units are applied. Only these count for the offset, and are passed
 * on to those who follow us, as the bytes that came. So after the connection
 * was lost, half a request or half a transaction is asked for again. */
#ifndef APPLY_H
#define APPLY_H

#include <stdbool.h>

#include "command.h"

/* Creates the client for the stream, unless it exists. */
void apply_start(void);
void apply_stop(void);

/* Applies the whole units at the start of these bytes. Returns the number of
 * bytes that were applied; the caller offers the rest again, with more after
 * it. If they are not a stream, sets *wrong to the reason, and the stream must
 * end. */
size_t apply_some(char *bytes, size_t len, const char **wrong);

/* True while a unit is being applied: the primary makes the changes. */
extern bool apply_runs;

/* The link was cut: forgets what was begun and not applied, but not which
 * database the stream has selected. */
void apply_cut(void);

/* Returns the database that the stream has selected. */
int apply_database(void);
void apply_select(int database);

/* The stream comes through this socket. From now on CLIENT LIST shows the
 * primary as a client, and CLIENT KILL can end it. */
void apply_begin(int fd);
struct client *apply_client(void);

/* Returns true for the client by which the stream's requests run. */
bool apply_is_for(const struct client *client);

/* Returns false, after an error reply, for a command that primaries do not
 * send. */
bool apply_admits(struct client *client, const struct command *command);

/* Returns the number of the stream's requests that have failed. */
uint64_t apply_failures(void);

#endif
