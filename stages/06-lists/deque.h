/* The blocks of a long list, as they are kept.
 *
 * list.c reads and changes all blocks that are not at an end by these calls, so
 * that a block need not always be kept as it is used. A block at an end may be
 * used as it stands in its place: most commands do nothing else. */
#ifndef DEQUE_H
#define DEQUE_H

#include "list.h"
#include "ring.h"

/* Returns the block of that number to be read. It is good until another one is
 * asked for, or the list is changed. */
struct packed *deque_look(const struct deque *deque, size_t at);

/* Returns the block of that number to be changed. *place, if place is not NULL,
 * lies in the block as deque_look() gave it; it becomes the same place in this
 * one. */
struct packed *deque_open(struct heap *heap, struct deque *deque, size_t at,
                          uint8_t **place);

/* Makes a place at an end, where the caller puts a block. The one that was
 * there will not grow any more, and gives its spare room back. */
struct node *deque_extend(struct heap *heap, struct deque *deque,
                          enum list_end end);

/* Called when a change is done: the blocks from number first to before end may
 * have been changed, and give back room that is no longer used. There may be
 * fewer blocks than that. */
void deque_rest(struct heap *heap, struct deque *deque, size_t first,
                size_t end);

#endif
