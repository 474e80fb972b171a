#include "deque.h"

struct packed *deque_look(const struct deque *deque, size_t at) {
    return ring_at(deque, at)->block;
}

struct packed *deque_open(struct heap *heap, struct deque *deque, size_t at,
                          uint8_t **place) {
    /* A block is kept as it is used, and has all room that it needs. */
    (void)heap;
    (void)place;
    return ring_at(deque, at)->block;
}

struct node *deque_extend(struct heap *heap, struct deque *deque,
                          enum list_end end) {
    size_t left = end == LIST_HEAD ? 0 : deque->blocks - 1;
    struct node *node = ring_at(deque, left);
    node->block = packed_fit(heap, node->block);
    return ring_insert(heap, deque, end == LIST_HEAD ? 0 : deque->blocks);
}

void deque_rest(struct heap *heap, struct deque *deque, size_t first,
                size_t end) {
    for (size_t i = first; i < end && i < deque->blocks; i++) {
        struct node *node = ring_at(deque, i);
        node->block = packed_trim(heap, node->block);
    }
}
