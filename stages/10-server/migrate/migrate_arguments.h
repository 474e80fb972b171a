/* The arguments of MIGRATE, read once for all who need them: the command
 * itself, the search for its keys, and the log that hides its passwords.
 *
 * MIGRATE host port <key | ""> destination-db timeout [COPY] [REPLACE] [AUTH
 * password | AUTH2 username password] [KEYS key [key ...]] */
#ifndef MIGRATE_ARGUMENTS_H
#define MIGRATE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

enum { MIGRATE_KEY = 3 }; /* the argument that is the key, or is empty */

struct migrate_arguments {
    bool copy, replace;
    /* Indexes of arguments; 0 if they were not given. */
    size_t user, password;
    size_t first_key, keys;
    bool key_and_keys; /* both were given, so none can be meant */
    const char *wrong; /* the error to reply, or NULL */
};

/* Reads the arguments. Goes on after an unknown word, since a password may
 * follow. */
struct migrate_arguments migrate_arguments(const struct slice *argv,
                                           size_t argc);

/* Returns true if the argument is a user's name or a password. The command uses
 * only the last ones that were given, but all of them are secret. */
bool migrate_is_secret(const struct slice *argv, size_t argc, size_t at);

#endif
