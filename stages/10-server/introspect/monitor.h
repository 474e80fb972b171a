/* MONITOR: clients that see every command that the server runs.
 *
 *     +1339518083.107412 [0 127.0.0.1:60866] "SET" "key" "a\x01b"
 *
 * A line says when, in which database and for whom, and has the arguments in
 * quotes; secrets are hidden. Commands for the owner of the server are not
 * shown. */
#ifndef MONITOR_H
#define MONITOR_H

#include "command.h"

/* True while somebody watches: only then has monitor_tell() something to do. */
extern bool monitor_on;

/* Tells all who watch of a command that has run. */
void monitor_tell(const struct client *client, const struct command *command,
                  const struct request *request);

/* Whoever watches may read and write no data meanwhile. Returns false after the
 * error reply. */
bool monitor_admits(struct client *client, const struct command *command);

/* The client watches no more, be it that it leaves. */
void monitor_forget(struct client *client);

void monitor_stop(void);

#endif
