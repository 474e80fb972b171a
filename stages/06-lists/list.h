/* Lists: values in an order, cheap to add and to remove at both ends.
 *
 * A short list is one packed block. A long one is a deque of them: a ring of
 * places, each of which holds the address of a block and the number of its
 * elements:
 *
 *     ring   [ ][ ][ block, 312 ][ block, 290 ][ block, 55 ][ ][ ][ ]
 *                        |             |            |
 *                   elements...   elements...  elements...
 *
 * Pushing and popping at both ends is O(1). Finding an element by its index
 * takes a walk over the counts in the ring, which are adjacent, and one within
 * a block. list_max_listpack_size says when a block is full; an element that is
 * longer has a block of its own.
 *
 * A change may move the list, so these calls take the address of the owner's
 * pointer. A list has at least one element, except between list_new() and the
 * first push, and after the last element was removed, when its owner frees it.
 * It belongs to the heap that it was made in, and all of it lies there. */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "listpack.h"
#include "slice.h"

/* How much a block holds, as in Redis's setting of that name: -1 to -5 are 4,
 * 8, 16, 32 and 64 KiB; a positive number is a number of elements, of 8 KiB at
 * most. */
extern int64_t list_max_listpack_size;

struct list;

enum list_end { LIST_HEAD, LIST_TAIL };

struct list *list_new(struct heap *heap);
/* The functions of the type's row in stage.c. The encoding is "listpack" for a
 * list of one block, else "quicklist". As in Redis 7.2, the length of a list is
 * only checked before values are added, against the bytes of the block and of
 * the values, not of their encoding. So a list of one block may become a little
 * longer than a block may be. */
const char *list_encoding(const void *list);
void list_free(struct heap *heap, void *list);
void *list_copy(struct heap *to, const void *list);

size_t list_len(const struct list *list);

/* Return the number of its blocks, and the listpack of one of them, counted
 * from the head. It is good until the list is read or changed. */
size_t list_blocks(const struct list *list);
const uint8_t *list_block(const struct list *list, size_t block);

/* Returns the bytes that it takes. O(blocks). */
size_t list_memory(const struct list *list);

/* Announces that values will be added, or take the place of others: a list of
 * one block that may not hold them becomes a deque. list_push(), list_insert()
 * and list_set() do this themselves. */
void list_expect(struct heap *heap, struct list **list,
                 const struct slice *values, size_t count);

/* Pushes values, one after the other. None of them may lie in this list. */
void list_push(struct heap *heap, struct list **list, enum list_end end,
               const struct slice *values, size_t count);
/* Puts a copy of a listpack, which is not empty, behind the tail. It becomes a
 * block of its own, unless it is short or too long for one. */
void list_append(struct heap *heap, struct list **list, const uint8_t *lp);
/* Removes the element at an end; there must be one. Read it before, with
 * list_at_end() and list_value(). */
void list_pop(struct heap *heap, struct list **list, enum list_end end);

/* Moves the element at an end, of which this is a copy, to an end. */
void list_turn(struct heap *heap, struct list **list, enum list_end from,
               enum list_end to, struct slice value);

/* A place in a list. It is good until a list is changed, or read by another
 * cursor. */
struct list_cursor {
    struct list *list;
    size_t block;   /* its number, counted from the head */
    uint8_t *place; /* NULL when there is no such element */
};

/* Returns a cursor on the element with that index; negative ones count from the
 * tail. place is NULL if there is none. */
struct list_cursor list_seek(struct list *list, int64_t index);
/* Returns a cursor on the first or the last element; there must be one. */
struct list_cursor list_at_end(struct list *list, enum list_end end);
/* Moves the cursor to the next element towards the tail, or the head. */
void list_next(struct list_cursor *cursor, enum list_end towards);

struct slice list_value(const struct list_cursor *cursor,
                        char scratch[static NUMBER_I64_MAX_TEXT]);
bool list_equal(const struct list_cursor *cursor,
                const struct listpack_element *element);

/* Changes at a cursor's place. The cursor is invalid then. */
void list_insert(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, bool before, struct slice value);
void list_set(struct heap *heap, struct list **list, struct list_cursor *cursor,
              struct slice value);

/* Removes up to "most" elements of that value, beginning at one end. Returns
 * their number; with 0 the list stays where it is. */
uint64_t list_remove(struct heap *heap, struct list **list, enum list_end from,
                     uint64_t most, struct slice value);

/* Removes count elements at the head or at the tail, without looking into whole
 * blocks. count is at most the length. */
void list_cut(struct heap *heap, struct list **list, enum list_end end,
              size_t count);

#endif
