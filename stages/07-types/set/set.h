/* Sets: members, each once, in no order.
 *
 * Few integers are an intset; few short members a packed block, in the order in
 * which they came; all others are items of a dict. limits.h says what few and
 * short is. A set only ever goes from the first of these forms to the last. A
 * set belongs to the heap that it was made in. */
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

/* An empty set, and one of the form that so many members, of which this is the
 * first, would have. */
struct set *set_new(struct heap *heap);
struct set *set_new_for(struct heap *heap, struct slice first, size_t count);

/* For the table of types. */
const char *set_encoding(const void *set);
void set_free(struct heap *heap, void *set);
void *set_copy(struct heap *to, const void *set);
void *set_move(struct heap *from, struct heap *to, void *set);

size_t set_size(const struct set *set);

/* Where a large one finds its members, for who brings them into the cache;
 * NULL if it is small. */
const struct dict *set_dict(const struct set *set);

/* The intset of one that is an intset, the listpack of one that is packed; else
 * NULL. */
const struct intset *set_intset(const struct set *set);
const uint8_t *set_listpack(const struct set *set);

/* Bytes that it takes. */
size_t set_memory(const struct set *set);

/* Says that so many members will be added: a form that cannot hold them is
 * left at once. */
void set_expect(struct heap *heap, struct set **set, size_t count);

/* Adds a member, which must not lie in the set. Returns whether it was not
 * there. */
bool set_add(struct heap *heap, struct set **set, struct slice member);

/* Returns whether it was there. The member may lie in the set. */
bool set_remove(struct heap *heap, struct set **set, struct slice member);

bool set_has(const struct set *set, struct slice member);

/* Calls visit for some members and returns the cursor that goes on from there;
 * 0 begins, and 0 again means that all were visited (see dict_scan()). All
 * members, one after the other, are
 *
 *     uint64_t cursor = 0;
 *     do
 *         cursor = set_scan(set, cursor, visit, context);
 *     while (cursor != 0);
 *
 * each of them once, if the set is not changed meanwhile. The bytes are good
 * during the call only. visit must not change the set. */
uint64_t set_scan(const struct set *set, uint64_t cursor,
                  void (*visit)(void *context, struct slice member),
                  void *context);

/* A member of which each is as likely as any other; the set is not empty. An
 * integer is written into scratch. Good until the next change. */
struct slice set_random(const struct set *set,
                        char scratch[static NUMBER_I64_MAX_TEXT]);

#endif
