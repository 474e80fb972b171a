#include "ring.h"

void ring_resize(struct heap *heap, struct deque *deque, uint32_t room) {
    struct node *ring = heap_alloc(heap, room * sizeof *deque->ring);
    for (size_t i = 0; i < deque->blocks; i++)
        ring[i] = *ring_at(deque, i);
    heap_free(heap, deque->ring, ring_size(deque));
    deque->ring = ring;
    deque->room = room;
    deque->first = 0;
}

struct node *ring_insert(struct heap *heap, struct deque *deque, size_t at) {
    /* Growing by a quarter costs each block a constant number of steps, and
     * leaves at most a fifth of the places unused. */
    if (deque->blocks == deque->room)
        ring_resize(heap, deque, deque->room + deque->room / 4 + 1);
    if (at < deque->blocks / 2) {
        deque->first = (deque->first > 0 ? deque->first : deque->room) - 1;
        for (size_t i = 0; i < at; i++)
            *ring_at(deque, i) = *ring_at(deque, i + 1);
    } else {
        for (size_t i = deque->blocks; i > at; i--)
            *ring_at(deque, i) = *ring_at(deque, i - 1);
    }
    deque->blocks++;
    return ring_at(deque, at);
}

void ring_remove(struct deque *deque, size_t at) {
    if (at < deque->blocks / 2) {
        for (size_t i = at; i > 0; i--)
            *ring_at(deque, i) = *ring_at(deque, i - 1);
        deque->first = deque->first + 1 < deque->room ? deque->first + 1 : 0;
    } else {
        for (size_t i = at; i + 1 < deque->blocks; i++)
            *ring_at(deque, i) = *ring_at(deque, i + 1);
    }
    deque->blocks--;
}
