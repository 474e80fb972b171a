/* Loads the primary's data beside those that are being served:
 * repl-diskless-load swapdb.
 *
 * The new databases lie in the same heap as the others. They are in the
 * keyspace only for the moments in which some more keys are loaded into them.
 * When all keys are there, they replace the old databases at once. A load that
 * fails changes nothing. Both sets of data take memory meanwhile.
 *
 * If the new data are a later moment of our own history, clients are served the
 * old ones meanwhile. Otherwise they are told that the server is loading. */
#ifndef ASIDE_H
#define ASIDE_H

#include <stdbool.h>

#include "command.h"

/* Begins to load the file. Calls swapped when the data are there, before they
 * are served, and then ended, with NULL or with what is wrong. */
void aside_load(const char *path, bool serves, void (*swapped)(void),
                void (*ended)(const char *wrong));

/* In stage.c: tells that these are other keys now, of which some may not have
 * been there before. */
void stage_replaced(int database);

/* Gives up the load. */
void aside_stop(void);

bool aside_runs(void);

/* Appends the lines of INFO while a load runs. */
void aside_info(struct buf *out);

/* Returns false, after an error reply, for a command that may not run now. */
bool aside_admits(struct client *client, const struct command *command);

#endif
