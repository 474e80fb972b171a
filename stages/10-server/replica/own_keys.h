/* Keys with an expiry that the clients of a replica have written themselves,
 * where replica-read-only allows that. No primary knows of them, so that none
 * will ever say that they are to go: they go here, within a second. */
#ifndef OWN_KEYS_H
#define OWN_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "keyspace.h"

/* A key was changed by somebody: it is noted if that was a client of ours, and
 * it has an expiry. */
void own_keys_changed(const struct key *key);

/* The number of keys that are noted. */
size_t own_keys_count(void);

void own_keys_forget(void);

#endif
