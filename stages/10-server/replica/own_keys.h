/* Keys with an expiry that clients of a replica have written themselves, where
 * replica-read-only allows that. The primary does not know these keys and will
 * never delete them, so they are deleted here, within a second. */
#ifndef OWN_KEYS_H
#define OWN_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "keyspace.h"

/* A key was changed. It is recorded if a client of ours has changed it, and it
 * has an expiry. */
void own_keys_changed(const struct key *key);

/* Returns the number of keys that are recorded. */
size_t own_keys_count(void);

void own_keys_forget(void);

#endif
