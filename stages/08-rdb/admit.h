/* Conditions under which a client may run a command now. Each of these returns
 * false after an error reply that says why not. */
#ifndef ADMIT_H
#define ADMIT_H

#include <stdbool.h>

#include "command.h"

/* DEBUG can make everybody wait, and end the server: it is for those whom
 * enable-debug-command allows it. */
bool admit_debug(struct client *client, const struct command *command);

/* While data is loaded few commands run. */
bool admit_loading(struct client *client, const struct command *command);

/* Nothing is written while there is an error, for instance of the disk; NULL is
 * none. */
bool admit_write(struct client *client, const struct command *command,
                 const char *error);

#endif
