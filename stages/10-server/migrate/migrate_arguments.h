/* The arguments of MIGRATE, read once for those who need them: the command, who
 * looks for its keys, and who hides its passwords.
 *
 * MIGRATE host port <key | ""> destination-db timeout [COPY] [REPLACE]
 * [AUTH password | AUTH2 username password] [KEYS key [key ...]] */
#ifndef MIGRATE_ARGUMENTS_H
#define MIGRATE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

enum { MIGRATE_KEY = 3 }; /* the argument that is the key, or is empty */

struct migrate_arguments {
    bool copy, replace;
    /* Arguments by their numbers; 0 if they were not given. */
    size_t user, password;
    size_t first_key, keys;
    bool key_and_keys; /* both were given, so none can be meant */
    const char *wrong; /* the error to reply, or NULL */
};

/* Reads on behind an unknown word, since a password may follow. */
struct migrate_arguments migrate_arguments(const struct slice *argv,
                                           size_t argc);

/* Returns true if the argument is a user's name or a password. Only the last
 * that were given count for the command, but all of them are secret. */
bool migrate_is_secret(const struct slice *argv, size_t argc, size_t at);

#endif
