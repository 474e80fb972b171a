/* The patterns of SORT's BY and GET: the name of a key that holds what belongs
 * to a member.
 *
 *     weight_*      the member in place of the star: a key with a string
 *     object_*->f   a key with a hash, and a field of it
 *     #             the member itself */
#ifndef SORT_PATTERN_H
#define SORT_PATTERN_H

#include "client.h"
#include "keyspace.h"

/* Finds what belongs to a member, and appends it to the buffer. Returns false
 * if there is nothing. */
bool sort_pattern_append(struct client *client, struct slice pattern,
                         struct slice member, struct buf *out);

/* Whether a pattern names a key for each member at all. */
bool sort_pattern_varies(struct slice pattern);

#endif
