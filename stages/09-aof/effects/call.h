/* Calling a command: what happens around each. */
#ifndef CALL_H
#define CALL_H

#include "command.h"

/* Runs a command that may run. */
void call(struct client *client, const struct command *command,
          struct request *request);

#endif
