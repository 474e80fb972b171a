/* Sets: members, each once, in no particular order.
 *
 * A few integers are an intset; a few short members a packed block, in the
 * order in which they came; any others are items of a dict. limits.h says what
 * counts as few and short. A set only ever moves on to a later one of these
 * forms. A set belongs to the heap that it was made in. */
#ifndef SET_H
#define SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "number.h"
#include "slice.h"

struct intset;
struct dict;
struct set;

/* Make an empty set; set_new_for() chooses the form that count members like
 * this first one would have. */
struct set *set_new(struct heap *heap);
struct set *set_new_for(struct heap *heap, struct slice first, size_t count);

/* Makes an empty set for some members of another one. It is an intset only if
 * that is one: what is known to be all integers. */
struct set *set_new_from(struct heap *heap, const struct set *other);

/* Makes a set an intset if its members are integers, and few enough. */
void set_settle(struct heap *heap, struct set **set);

/* For the table of types. */
const char *set_encoding(const void *set);
void set_free(struct heap *heap, void *set);
void *set_copy(struct heap *to, const void *set);

size_t set_size(const struct set *set);

/* The dict of a large set, whose members stage 10 prefetches; NULL if it is
 * small. */
const struct dict *set_dict(const struct set *set);

/* The intset of a set of that form, the listpack of a packed one; else NULL. */
const struct intset *set_intset(const struct set *set);
const uint8_t *set_listpack(const struct set *set);

/* The bytes that it takes. */
size_t set_memory(const struct set *set);

/* Announces that count members will be added: a form that cannot hold them is
 * left at once. */
void set_expect(struct heap *heap, struct set **set, size_t count);

/* Adds a member, whose bytes must not lie in the set. Returns false if it was
 * there. */
bool set_add(struct heap *heap, struct set **set, struct slice member);

/* Adds a member that is known not to be there, which spares the search. */
void set_put(struct heap *heap, struct set **set, struct slice member);

/* Adds a member to a packed set whose members are looked at later, all at once.
 * Returns false, and adds nothing, if the set is not packed or would not stay
 * so. */
bool set_append(struct heap *heap, struct set **set, struct slice member);

/* Removes a member, whose bytes may lie in the set. Returns false if it was not
 * there. */
bool set_remove(struct heap *heap, struct set **set, struct slice member);

bool set_has(const struct set *set, struct slice member);

/* Visits all members of a packed set in one pass, and removes those for which
 * goes() returns true. */
void set_filter_packed(struct heap *heap, struct set **set,
                       bool (*goes)(void *context, struct slice member),
                       void *context);

/* Calls visit for some members and returns the cursor to go on from. 0 begins,
 * and 0 again means that all were visited (see dict_scan()). This visits all
 * members, each once if the set is not changed meanwhile:
 *
 *     uint64_t cursor = 0;
 *     do
 *         cursor = set_scan(set, cursor, visit, context);
 *     while (cursor != 0);
 *
 * The bytes are good during the call only. visit must not change the set. */
uint64_t set_scan(const struct set *set, uint64_t cursor,
                  void (*visit)(void *context, struct slice member),
                  void *context);

/* A member, each as likely as any other; the set must not be empty. An integer
 * is written into scratch. Good until the next change. */
struct slice set_random(const struct set *set,
                        char scratch[static NUMBER_I64_MAX_TEXT]);

#endif
