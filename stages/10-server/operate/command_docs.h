/* COMMAND DOCS: what people want to know about a command, with its arguments as
 * a tree. redis-cli makes its hints from it. */
#ifndef COMMAND_DOCS_H
#define COMMAND_DOCS_H

#include "command.h"

/* COMMAND DOCS [command-name [command-name ...]] */
void command_docs(struct client *client, struct request *request);

#endif
