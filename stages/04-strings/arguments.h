/* Helpers for the arguments of commands in several files: reading numbers, and
 * looking up the strings that keys hold. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "client.h"
#include "keyspace.h"

/* These return whether the argument was good; if not, they have given the error
 * reply. First an integer of 64 bits, then the number of a database. */
bool argument_i64(struct client *client, struct slice argument, int64_t *out);
bool argument_database(struct client *client, struct slice argument, int *out);
bool database_exists(struct client *client, int number);

void reply_wrong_type(struct client *client);

/* Returns whether an entry, if there is one, has a value of this type. If not,
 * it has given the error reply. */
bool check_type(struct client *client, const struct entry *entry,
                enum type type);

/* Finds the string at a key, which counts as a use of it; *entry is NULL if the
 * key is not there. Returns false after the error reply for another type. */
bool lookup_string(struct client *client, const struct key *key,
                   const struct entry **entry);

/* The same for commands that look at several keys: they take a value of another
 * type for none. */
const struct entry *lookup_if_string(struct client *client,
                                     const struct key *key);

/* Gives the value of a string, or null if there is no entry. */
void reply_value(struct client *client, const struct entry *entry);

#endif
