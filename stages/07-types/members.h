/* The elements of a list and the members of a set or a sorted set, one after
 * the other, in whatever form they are kept. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "entry.h"

/* Returns true if values of that type have such members. */
bool members_has(enum type type);

/* Calls visit for each one: a list's elements in order, the members of a sorted
 * set by score, those of a set in any order; or backwards. The bytes are good
 * during the call only. */
void members_visit(const struct entry *entry, bool backwards,
                   void (*visit)(void *context, struct slice member),
                   void *context);

/* The number of them. */
size_t members_count(const struct entry *entry);

/* Visits only count of them, from number first on, which must be there: for a
 * list or a sorted set, since a set has no order. Those before are not visited,
 * so this takes as long as finding the first, and count steps. */
void members_visit_part(const struct entry *entry, bool backwards, size_t first,
                        size_t count,
                        void (*visit)(void *context, struct slice member),
                        void *context);

#endif
