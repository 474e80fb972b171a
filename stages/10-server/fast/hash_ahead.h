/* Hashes that are computed ahead: the command that asks for one by and by gets
 * it without another look at the bytes. */
#ifndef HASH_AHEAD_H
#define HASH_AHEAD_H

#include "db.h"

/* The key whose hash string_hash() need not compute, until the next call; NULL
 * for none. The bytes stay where and as they are for as long. */
void hash_ahead(const struct key *key);

#endif
