/* The way of a request, from its arguments to its reply. */
#ifndef RUN_H
#define RUN_H

#include "client.h"

/* Runs a request. Gives exactly one reply, unless it leaves the client. */
void run_request(struct client *client, struct request *request);

#endif
