/* Reading the arguments of commands: numbers, and the strings that keys
 * hold. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "client.h"
#include "keyspace.h"

/* These read an integer of 64 bits, read the number of a database, and check
 * such a number. They return false, after the error reply, if it is not a good
 * one. */
bool argument_i64(struct client *client, struct slice argument, int64_t *out);
bool argument_database(struct client *client, struct slice argument, int *out);
bool database_exists(struct client *client, int number);

/* Errors that many commands give. */
void reply_syntax_error(struct client *client);
void reply_not_an_integer(struct client *client);
void reply_wrong_type(struct client *client);

/* Returns true if there is no entry, or its value has this type. Otherwise it
 * gives the error reply and returns false. */
bool check_type(struct client *client, const struct entry *entry,
                enum type type);

/* Finds the string at a key, which counts as a use of the key; *entry is NULL
 * if the key is missing. Returns false, after the error reply, if the value has
 * another type. */
bool lookup_string(struct client *client, const struct key *key,
                   const struct entry **entry);

/* The same for commands that look at several keys: a value of another type
 * counts as missing. */
const struct entry *lookup_if_string(struct client *client,
                                     const struct key *key);

/* Gives the value of a string, or null if there is no entry. */
void reply_value(struct client *client, const struct entry *entry);

#endif
