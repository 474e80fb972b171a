/* The end of FLUSHALL and FLUSHDB: those who keep a copy of the data are told,
 * and the client is answered. */
#ifndef FLUSHED_H
#define FLUSHED_H

#include <stdbool.h>

struct client;
struct request;

void flushed(struct client *client, const struct request *request, bool all);

#endif
