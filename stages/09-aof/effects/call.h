/* Calling a command: what happens around each. */
#ifndef CALL_H
#define CALL_H

#include "command.h"

/* Runs a command that may run, and tells what it changed: the two are a unit of
 * propagate.h. A command may call others, whose effects then belong to its
 * unit. Keys that a walk such as SCAN finds expired have nothing to do with one
 * another, so each is a unit of its own. */
void call(struct client *client, const struct command *command,
          struct request *request);

#endif
