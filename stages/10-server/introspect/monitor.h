/* MONITOR: clients that see every command that the server runs.
 *
 *     +1339518083.107412 [0 127.0.0.1:60866] "SET" "key" "a\x01b"
 *
 * A line has the time, the database, the client, and the arguments in quotes,
 * with secrets hidden. Commands for administrators are not shown. */
#ifndef MONITOR_H
#define MONITOR_H

#include "command.h"

/* True while a client watches. Otherwise monitor_tell() has nothing to do. */
extern bool monitor_on;

/* Shows a command that has run to all clients that watch. */
void monitor_tell(const struct client *client, const struct command *command,
                  const struct request *request);

/* Returns false, after an error reply, if a client that watches, or follows us
 * as a replica, must not run the command. It may not use data. */
bool monitor_admits(struct client *client, const struct command *command);

/* The client stops watching, or leaves. */
void monitor_forget(struct client *client);

void monitor_stop(void);

#endif
