/* Results of commands that store them, such as SUNIONSTORE. */
#ifndef OBJECT_KEY_REPLACE_H
#define OBJECT_KEY_REPLACE_H

#include "object_key.h"

/* Gives the key an object of the keyspace's heap, as object_key_add() does. The
 * key may hold anything: that is deleted first, with its expiry. */
void object_key_replace(struct object_key *at, enum type type, void *object);

#endif
