/* The elements of a list, and the members of a set or a sorted set, one after
 * the other, whatever they are kept in. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "entry.h"

/* Whether a value of that type has members in this sense. */
bool members_has(enum type type);

/* Calls visit for each of them: a list's in its order, a sorted set's in that
 * of their scores, a set's in any; backwards for the opposite. The bytes are
 * good during the call only. */
void members_visit(const struct entry *entry, bool backwards,
                   void (*visit)(void *context, struct slice member),
                   void *context);

#endif
