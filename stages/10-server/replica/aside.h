/* Loading the primary's data beside those that are served: repl-diskless-load
 * swapdb.
 *
 * The databases to come lie in the same heap as the others, in no keyspace, but
 * for the moments in which some more keys are loaded into them. When all are
 * there, they take the place of the old ones at once. A load that fails changes
 * nothing. It takes memory for both.
 *
 * If the data are a later moment of our own history, clients are served the old
 * ones meanwhile. Else they hear that the server is loading. */
#ifndef ASIDE_H
#define ASIDE_H

#include <stdbool.h>

#include "command.h"

/* Begins to load the file at that path. Calls swapped when the data are there,
 * before they are served, and ended with NULL or with what is wrong. */
void aside_load(const char *path, bool serves, void (*swapped)(void),
                void (*ended)(const char *wrong));

/* Gives it up. */
void aside_stop(void);

bool aside_runs(void);

/* Lines of INFO about it, while it runs. */
void aside_info(struct buf *out);

/* Returns false, after the error reply, for a command that may not run now. */
bool aside_admits(struct client *client, const struct command *command);

#endif
