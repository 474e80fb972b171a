/* Applying the stream: the requests that a primary sends to its replica.
 *
 *     *1 PING   *3 SET a 1   *1 MULTI   *2 INCR a   *2 INCR b   *1 EXEC   *3 S
 *     --------- ------------ ------------------------------------------- -----
 *     a unit    a unit       a unit                                      half
 *
 * They run in the way of all requests, for a client that has no connection. It
 * is obeyed: nothing that refuses a client's write refuses one of these, and a
 * key whose time has come is there until the primary says DEL. Its replies go
 * nowhere.
 *
 * Only whole units are applied. Only these count for the offset, and only
 * these are handed on to those who follow us, as the bytes that came: after a
 * cut, half of a request and half of a transaction are asked for again. */
#ifndef APPLY_H
#define APPLY_H

#include <stdbool.h>

#include "command.h"

/* Once we follow somebody, and again later if that is easier. */
void apply_start(void);
void apply_stop(void);

/* Applies what is whole of these bytes, the first of which is the first that
 * is not applied yet. Returns the number of bytes that are applied; the rest is
 * offered again, with more behind it. They are no stream, which ends it, if
 * *wrong says so afterwards. */
size_t apply_some(char *bytes, size_t len, const char **wrong);

/* True while it does so: what changes is the primary's doing. */
extern bool apply_runs;

/* The link was cut: what was begun and not applied is forgotten. The database
 * that the stream has selected is not. */
void apply_cut(void);

/* The database that the stream has selected. */
int apply_database(void);
void apply_select(int database);

/* The stream comes by this socket. CLIENT LIST shows the primary as a client,
 * and CLIENT KILL ends it: NULL while there is no stream. */
void apply_begin(int fd);
struct client *apply_client(void);

/* Returns true for the client that the stream's requests run for. */
bool apply_is_for(const struct client *client);

/* Returns false, after an error reply, for a command that no primary sends. */
bool apply_admits(struct client *client, const struct command *command);

/* The number of its requests that have failed. */
uint64_t apply_failures(void);

#endif
