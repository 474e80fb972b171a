/* Lists: values in an order, cheap to add and to take at both ends.
 *
 * A short list is one packed block. A long one is a deque of them: a ring of
 * places, each with the address of a block and how many elements it has:
 *
 *     ring   [ ][ ][ block, 312 ][ block, 290 ][ block, 55 ][ ][ ][ ]
 *                        |             |            |
 *                   elements...   elements...  elements...
 *
 * Pushing and popping at both ends is O(1). To find an element by its index is
 * a walk over the counts in the ring, which lie side by side, and one within a
 * block. list_max_listpack_size says when a block is full; an element that is
 * longer has a block of its own.
 *
 * A change may move the list, so these calls take the address of the owner's
 * pointer. A list has at least one element, except between list_new() and the
 * first push, and after the last element was taken: then its owner frees it. It
 * belongs to the heap that it was made in, and all of it lies there. */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "listpack.h"
#include "slice.h"

/* How much a block holds, in the terms of Redis's setting of that name: -1 to
 * -5 are 4, 8, 16, 32 and 64 KiB; a positive number is a number of elements,
 * of 8 KiB at most. */
extern int64_t list_max_listpack_size;

struct list;

enum list_end { LIST_HEAD, LIST_TAIL };

struct list *list_new(struct heap *heap);
/* The functions of the type's row in stage.c. The encoding is "listpack" for a
 * list that never grew beyond one block, else "quicklist". As in Redis 7.2, a
 * list may become longer than a block as long as the block and the bytes of the
 * values, without what it adds to each of them, were not too many before they
 * were added. */
const char *list_encoding(const void *list);
void list_free(struct heap *heap, void *list);
void *list_copy(struct heap *to, const void *list);

size_t list_len(const struct list *list);

/* Its blocks, from the head: how many there are, and the listpack of each. */
size_t list_blocks(const struct list *list);
const uint8_t *list_block(const struct list *list, size_t block);

/* Bytes that it takes. O(blocks). */
size_t list_memory(const struct list *list);

/* Pushes values, one after the other; none of them lies in this list. */
void list_push(struct heap *heap, struct list **list, enum list_end end,
               const struct slice *values, size_t count);
/* Puts a copy of a listpack, which is not empty, behind the tail: as a block of
 * its own, unless it is short or would be too long for one. */
void list_append(struct heap *heap, struct list **list, const uint8_t *lp);
/* Takes the element at an end away; there is one. Look at it before, with
 * list_seek() and list_value(). */
void list_pop(struct heap *heap, struct list **list, enum list_end end);

/* A place in a list, good until the list is changed by another call than one
 * that got this cursor. */
struct list_cursor {
    struct list *list;
    size_t block;   /* its number in the ring, from 0 */
    uint8_t *place; /* NULL when there is no such element */
};

/* The element with that index; negative ones count from the tail. place is
 * NULL when there is none. */
struct list_cursor list_seek(struct list *list, int64_t index);
/* The first or the last element. There is one. */
struct list_cursor list_at_end(struct list *list, enum list_end end);
/* The same cursor on the next element towards the tail, or the head. */
void list_next(struct list_cursor *cursor, enum list_end towards);

struct slice list_value(const struct list_cursor *cursor,
                        char scratch[static NUMBER_I64_MAX_TEXT]);
bool list_equal(const struct list_cursor *cursor,
                const struct listpack_element *element);

/* Changes at a cursor's place. After list_insert() the cursor stands on what
 * was put in, after list_remove() on the element that followed in that
 * direction; after list_set() it is not good any more. */
void list_insert(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, bool before, struct slice value);
void list_set(struct heap *heap, struct list **list, struct list_cursor *cursor,
              struct slice value);
void list_remove(struct heap *heap, struct list **list,
                 struct list_cursor *cursor, enum list_end towards);

/* Gives back memory that is not needed any more. To be called after the last of
 * some removals; the other calls do so themselves. */
void list_settle(struct heap *heap, struct list **list);

/* Takes count elements away, at the head or at the tail; whole blocks are not
 * looked into. count is at most the length. */
void list_cut(struct heap *heap, struct list **list, enum list_end end,
              size_t count);

#endif
