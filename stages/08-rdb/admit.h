/* Conditions under which a client may run a command now. Each returns false
 * after an error reply that says why not. */
#ifndef ADMIT_H
#define ADMIT_H

#include <stdbool.h>

#include "command.h"

/* DEBUG can make all clients wait and end the server. enable-debug-command says
 * who may use it. */
bool admit_debug(struct client *client, const struct command *command);

/* While data are being loaded, few commands run, and some settings cannot be
 * changed. The reply says so. */
bool admit_loading(struct client *client, const struct command *command);
void reply_loading(struct client *client);

/* Refuses writes while there is an error, for example of the disk; NULL if
 * there is none. */
bool admit_write(struct client *client, const struct command *command,
                 const char *error);

#endif
