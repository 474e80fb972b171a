/* Arguments that commands of several files take. Each call returns whether the
 * argument was good; if not, it has given the error reply. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "client.h"

/* An integer of 64 bits, and one of 32. */
bool argument_i64(struct client *client, struct slice argument, int64_t *out);
bool argument_int(struct client *client, struct slice argument, int *out);

/* The number of a database that exists. */
bool argument_database(struct client *client, struct slice argument, int *out);
bool database_exists(struct client *client, int number);

#endif
