/* Hashes that are computed in advance, so that the command that asks for the
 * hash later gets it without reading the bytes again. */
#ifndef HASH_AHEAD_H
#define HASH_AHEAD_H

#include "db.h"

/* Names the key whose hash string_hash() need not compute until the next call;
 * NULL for none. Neither the key nor its bytes may move or change meanwhile. */
void hash_ahead(const struct key *key);

#endif
