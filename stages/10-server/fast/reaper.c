#include "reaper_heap.h"

#include <stdlib.h>

#include "backlog.h"
#include "clock.h"
#include "loop.h"
#include "timer.h"
#include "xalloc.h"

enum {
    AT_ONCE = 64,   /* elements that cost less than to remember them */
    PART = 256,     /* elements that are freed between two looks at the clock */
    SLICE_US = 1000 /* how long one turn may be busy here */
};

/* A block of which a part is still to be freed. */
struct rest {
    void *block;
    bool (*free_some)(struct heap *heap, void *block, size_t most);
    struct rest *next;
};

/* The blocks of one heap, in the order in which they get their turn; there is
 * at least one. */
struct queue {
    struct heap *heap;
    struct backlog backlog;
    struct rest *first, **last;
    struct queue *next;
};

static struct queue *queues;
static uint64_t taken;
static bool freeing; /* a part of a block, which may hold other blocks */

static void on_turn(struct timer *timer);
static struct timer timer = {.expired = on_turn};

/* Never in this turn: the clients come first. */
static void go_on_next_turn(void) {
    timer_start(&timer, loop_now_us() + 1);
}

/* Returns the link to the queue of a heap, or the link at the end. */
static struct queue **find_queue(const struct heap *heap) {
    struct queue **link = &queues;
    while (*link != NULL && (*link)->heap != heap)
        link = &(*link)->next;
    return link;
}

static void remove_queue(struct queue **link) {
    struct queue *queue = *link;
    *link = queue->next;
    free(queue);
}

static void add_last(struct queue *queue, struct rest *rest) {
    rest->next = NULL;
    *queue->last = rest;
    queue->last = &rest->next;
}

static struct rest *take_first(struct queue *queue) {
    struct rest *rest = queue->first;
    queue->first = rest->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    return rest;
}

/* Frees a part of the first block of a queue, and moves the rest of it to the
 * end. If the queue is empty then, it is removed, and the link leads to the
 * next one. Returns true if the queue is still there. The heap may lie in the
 * last block: once that is freed, nobody looks at it. */
static bool free_part(struct queue **link) {
    struct queue *queue = *link;
    struct rest *rest = take_first(queue);
    freeing = true;
    bool is_all = rest->free_some(queue->heap, rest->block, PART);
    freeing = false;
    if (is_all)
        free(rest);
    else
        add_last(queue, rest);
    if (queue->first == NULL) {
        remove_queue(link);
        return false;
    }
    backlog_note(&queue->backlog, queue->heap);
    return true;
}

/* Frees until the heap has not grown too far. Returns true if the queue is
 * still there. */
static bool keep_pace(struct queue **link) {
    while (backlog_grows(&(*link)->backlog, (*link)->heap))
        if (!free_part(link))
            return false;
    return true;
}

void reaper_free(struct heap *heap, void *block,
                 bool (*free_some)(struct heap *heap, void *block,
                                   size_t most)) {
    /* Most values are small, and are gone after this one call. */
    if (free_some(heap, block, AT_ONCE))
        return;
    taken++;
    struct queue **link = find_queue(heap);
    struct queue *queue = *link;
    if (queue == NULL) {
        *link = queue = xmalloc(sizeof *queue);
        *queue = (struct queue){.heap = heap, .last = &queue->first};
    }
    struct rest *rest = xmalloc(sizeof *rest);
    *rest = (struct rest){block, free_some, NULL};
    add_last(queue, rest);
    backlog_note(&queue->backlog, heap);
    /* A block within one that is being freed is only queued: freeing a part of
     * its queue here might remove the queue that the caller is using. */
    if (freeing || keep_pace(link))
        go_on_next_turn();
}

/* Frees a part in each queue, so that none waits for another. */
static void free_round(void) {
    for (struct queue **link = &queues; *link != NULL;)
        if (free_part(link))
            link = &(*link)->next;
}

static void on_turn(struct timer *unused) {
    (void)unused;
    int64_t end_us = clock_monotonic_us() + SLICE_US;
    /* A round frees a part in each heap, and there are few heaps, so the clock
     * is looked at often enough. */
    while (queues != NULL && clock_monotonic_us() < end_us)
        free_round();
    /* What was freed may have been less than clients have made meanwhile. */
    for (struct queue **link = &queues; *link != NULL;)
        if (keep_pace(link))
            link = &(*link)->next;
    if (queues != NULL)
        go_on_next_turn();
}

uint64_t reaper_taken(void) {
    return taken;
}

bool reaper_waits(void) {
    return queues != NULL;
}

void reaper_forget(const struct heap *heap) {
    struct queue **link = find_queue(heap);
    if (*link == NULL)
        return;
    while ((*link)->first != NULL)
        free(take_first(*link));
    remove_queue(link);
}

void reaper_stop(void) {
    while (queues != NULL)
        free_round();
    timer_stop(&timer);
}
