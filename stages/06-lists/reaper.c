#include "reaper.h"

#include <stdlib.h>

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
    struct heap *heap;
    void *block;
    bool (*free_some)(struct heap *heap, void *block, size_t most);
    struct rest *next;
};

static struct rest *first, **last = &first;

static void on_turn(struct timer *timer);
static struct timer timer = {.expired = on_turn};

/* In this turn, never: the clients come first. */
static void go_on_next_turn(void) {
    timer_start(&timer, loop_now_us() + 1);
}

void reaper_free(struct heap *heap, void *block,
                 bool (*free_some)(struct heap *heap, void *block,
                                   size_t most)) {
    if (free_some(heap, block, AT_ONCE))
        return;
    struct rest *rest = xmalloc(sizeof *rest);
    *rest = (struct rest){heap, block, free_some, NULL};
    *last = rest;
    last = &rest->next;
    go_on_next_turn();
}

/* Takes the rest at that place out of the list. */
static void drop(struct rest **link) {
    struct rest *rest = *link;
    *link = rest->next;
    if (last == &rest->next)
        last = link;
    free(rest);
}

static void on_turn(struct timer *unused) {
    (void)unused;
    int64_t end_us = clock_monotonic_us() + SLICE_US;
    while (first != NULL && clock_monotonic_us() < end_us)
        if (first->free_some(first->heap, first->block, AT_ONCE))
            drop(&first);
    if (first != NULL)
        go_on_next_turn();
}

void reaper_forget(const struct heap *heap) {
    for (struct rest **link = &first; *link != NULL;)
        if ((*link)->heap == heap)
            drop(link);
        else
            link = &(*link)->next;
}

void reaper_stop(void) {
    timer_stop(&timer);
    while (first != NULL)
        drop(&first);
}
