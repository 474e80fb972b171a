/* Whether a client may run a command now. */
#ifndef ADMIT_H
#define ADMIT_H

#include <stdbool.h>

#include "command.h"

/* Returns false after the error reply that says why not. */
bool admit(struct client *client, const struct command *command);

#endif
