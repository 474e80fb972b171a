#include "reaper.h"

#include <stdlib.h>

#include "backlog.h"
#include "clock.h"
#include "loop.h"
#include "timer.h"
#include "xalloc.h"

enum {
    AT_ONCE = 256,  /* elements that cost less than to remember them */
    SLICE_US = 1000 /* how long one turn may be busy here */
};

/* A block that is not freed to its end. */
struct rest {
    void *block;
    bool (*free_some)(struct heap *heap, void *block, size_t most);
    struct rest *next;
};

/* Those of one heap, oldest first; there is at least one. */
struct queue {
    struct heap *heap;
    struct backlog backlog;
    struct rest *first, **last;
    struct queue *next;
};

static struct queue *queues; /* one for each database, at most */

static void on_turn(struct timer *timer);
static struct timer timer = {.expired = on_turn};

/* In this turn, never: the clients come first. */
static void go_on_next_turn(void) {
    timer_start(&timer, loop_now_us() + 1);
}

/* The link to the queue of a heap, or the one at the end. */
static struct queue **find_queue(const struct heap *heap) {
    struct queue **link = &queues;
    while (*link != NULL && (*link)->heap != heap)
        link = &(*link)->next;
    return link;
}

/* Adds a queue at the end of the list, to which the link leads. */
static void add_queue(struct queue **link, struct heap *heap) {
    struct queue *queue = xmalloc(sizeof *queue);
    *queue = (struct queue){.heap = heap, .last = &queue->first};
    *link = queue;
}

static void remove_queue(struct queue **link) {
    struct queue *queue = *link;
    *link = queue->next;
    free(queue);
}

static void drop_first(struct queue *queue) {
    struct rest *rest = queue->first;
    queue->first = rest->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    free(rest);
}

/* Frees a part of what has waited longest in a queue. When that was all, the
 * queue goes, and the link leads to the next one. Returns whether it is still
 * there. */
static bool free_part(struct queue **link) {
    struct queue *queue = *link;
    struct rest *rest = queue->first;
    if (rest->free_some(queue->heap, rest->block, AT_ONCE))
        drop_first(queue);
    backlog_note(&queue->backlog, queue->heap);
    if (queue->first != NULL)
        return true;
    remove_queue(link);
    return false;
}

/* Frees until the heap has not grown too far. */
static bool keep_pace(struct queue **link) {
    while (backlog_grows(&(*link)->backlog, (*link)->heap))
        if (!free_part(link))
            return false;
    return true;
}

void reaper_free(struct heap *heap, void *block,
                 bool (*free_some)(struct heap *heap, void *block,
                                   size_t most)) {
    if (free_some(heap, block, AT_ONCE))
        return;
    struct queue **link = find_queue(heap);
    if (*link == NULL)
        add_queue(link, heap);
    struct queue *queue = *link;
    struct rest *rest = xmalloc(sizeof *rest);
    *rest = (struct rest){block, free_some, NULL};
    *queue->last = rest;
    queue->last = &rest->next;
    backlog_note(&queue->backlog, heap);
    if (keep_pace(link))
        go_on_next_turn();
}

/* A part in each queue, so that none waits for another. */
static void free_round(void) {
    for (struct queue **link = &queues; *link != NULL;)
        if (free_part(link))
            link = &(*link)->next;
}

static void on_turn(struct timer *unused) {
    (void)unused;
    int64_t end_us = clock_monotonic_us() + SLICE_US;
    while (queues != NULL && clock_monotonic_us() < end_us)
        free_round();
    for (struct queue **link = &queues; *link != NULL;)
        if (keep_pace(link))
            link = &(*link)->next;
    if (queues != NULL)
        go_on_next_turn();
}

/* What waits in a queue is not freed: its heap takes it along. */
static void forget_queue(struct queue **link) {
    while ((*link)->first != NULL)
        drop_first(*link);
    remove_queue(link);
}

void reaper_forget(const struct heap *heap) {
    struct queue **link = find_queue(heap);
    if (*link != NULL)
        forget_queue(link);
}

void reaper_stop(void) {
    timer_stop(&timer);
    while (queues != NULL)
        forget_queue(&queues);
}
