/* The ring of a long list: the places of its blocks, in order, in an array that
 * wraps around.
 *
 *     ring   [ 3 ][ 4 ][   ][   ][ 0 ][ 1 ][ 2 ]
 *                                 first
 *
 * A place that comes or goes moves those of the shorter side, so both ends are
 * O(1). list.c owns the struct; here only the places are looked after, and
 * never what they hold. */
#ifndef RING_H
#define RING_H

#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "packed.h"

/* A block of a long list. */
struct node {
    struct packed *block;
    size_t count; /* its elements */
};

/* A long list. */
struct deque {
    uint32_t zero; /* where a packed block says its room */
    uint32_t first;
    uint32_t blocks, room; /* in use; places in the ring */
    size_t len;
    struct node *ring;
};

/* Returns the place of a block by its number, counted from the head. It is good
 * until the ring changes. */
static inline struct node *ring_at(const struct deque *deque, size_t block) {
    size_t at = deque->first + block;
    return &deque->ring[at < deque->room ? at : at - deque->room];
}

/* Returns the bytes of the ring. */
static inline size_t ring_size(const struct deque *deque) {
    return deque->room * sizeof *deque->ring;
}

/* Replaces the ring by one with another number of places. */
void ring_resize(struct heap *heap, struct deque *deque, uint32_t room);

/* Makes a place before the block of that number, for the caller to fill. */
struct node *ring_insert(struct heap *heap, struct deque *deque, size_t at);

/* Removes the place of the block of that number, which is no more. */
void ring_remove(struct deque *deque, size_t at);

#endif
