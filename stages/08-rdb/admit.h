/* Whether a client may run a command now. Each of these returns false after the
 * error reply that says why not. */
#ifndef ADMIT_H
#define ADMIT_H

#include <stdbool.h>

#include "command.h"

/* DEBUG can make everybody wait, and end the server: it is for those whom
 * enable-debug-command allows it. */
bool admit_debug(struct client *client, const struct command *command);

/* While data is loaded few commands run; after a disk has failed, no writes. */
bool admit_now(struct client *client, const struct command *command);

#endif
