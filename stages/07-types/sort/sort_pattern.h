/* The patterns of SORT's BY and GET: they name the key whose value belongs to a
 * member.
 *
 *     weight_*      the member replaces the star: a key with a string
 *     object_*->f   a key with a hash, and a field of it
 *     #             the member itself */
#ifndef SORT_PATTERN_H
#define SORT_PATTERN_H

#include "client.h"
#include "keyspace.h"

/* Finds the value that belongs to a member, and appends it to the buffer.
 * Returns false if there is none. */
bool sort_pattern_append(struct client *client, struct slice pattern,
                         struct slice member, struct buf *out);

/* Returns true if the pattern names a different key for each member. */
bool sort_pattern_varies(struct slice pattern);

#endif
