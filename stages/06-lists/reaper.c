#include "reaper.h"

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
    struct heap *heap; /* the same for all */
    void *block;
    bool (*free_some)(struct heap *heap, void *block, size_t most);
    struct rest *next;
};

/* In the order in which they get their turn. */
static struct rest *first, **last = &first;
static struct backlog backlog;
static bool freeing; /* a part of a block, which may hold other blocks */

static void on_turn(struct timer *timer);
static struct timer timer = {.expired = on_turn};

static void add_last(struct rest *rest) {
    rest->next = NULL;
    *last = rest;
    last = &rest->next;
}

/* Frees a part of the first block, and moves the rest of it to the end. */
static void free_part(void) {
    struct rest *rest = first;
    first = rest->next;
    if (first == NULL)
        last = &first;
    freeing = true;
    bool is_all = rest->free_some(rest->heap, rest->block, PART);
    freeing = false;
    if (is_all)
        free(rest);
    else
        add_last(rest);
    if (first != NULL)
        backlog_note(&backlog, first->heap);
    else
        backlog_end(&backlog);
}

/* Frees until the heap has not grown too far. What is left gets the next turn,
 * never this one: the clients come first. */
static void keep_pace(void) {
    while (first != NULL && backlog_grows(&backlog, first->heap))
        free_part();
    if (first != NULL)
        timer_start(&timer, loop_now_us() + 1);
}

void reaper_free(struct heap *heap, void *block,
                 bool (*free_some)(struct heap *heap, void *block,
                                   size_t most)) {
    /* Most values are small, and are gone after this one call. */
    if (free_some(heap, block, AT_ONCE))
        return;
    struct rest *rest = xmalloc(sizeof *rest);
    *rest = (struct rest){heap, block, free_some, NULL};
    add_last(rest);
    backlog_note(&backlog, heap);
    /* A block within one that is being freed is only queued. */
    if (!freeing)
        keep_pace();
}

static void on_turn(struct timer *unused) {
    (void)unused;
    int64_t end_us = clock_monotonic_us() + SLICE_US;
    while (first != NULL && clock_monotonic_us() < end_us)
        free_part();
    /* What was freed may have been less than clients have made meanwhile. */
    keep_pace();
}

void reaper_stop(void) {
    while (first != NULL)
        free_part();
    timer_stop(&timer);
}
