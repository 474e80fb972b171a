/* Calling a command, and what happens around the call. */
#ifndef CALL_H
#define CALL_H

#include "command.h"

/* Calls a command that has been admitted, and propagates what it changed as one
 * unit (propagate.h). A command may call others, whose effects belong to its
 * unit. Keys that a walk such as SCAN finds expired are independent of each
 * other, so each is a unit of its own. */
void call(struct client *client, const struct command *command,
          struct request *request);

#endif
