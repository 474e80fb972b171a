#include "timer.h"

#include "xalloc.h"

/* heap[0] is never used: the children of i are 2i and 2i + 1, and a slot of 0
 * can mean "not running". */
static struct timer **heap;
static size_t count, room;

static void put(size_t slot, struct timer *timer) {
    heap[slot] = timer;
    timer->slot = slot;
}

/* Puts the timer where it belongs, above or below this slot, which is free. */
static void settle(size_t slot, struct timer *timer) {
    while (slot > 1 && timer->due_us < heap[slot / 2]->due_us) {
        put(slot, heap[slot / 2]);
        slot /= 2;
    }
    for (size_t child; (child = slot * 2) <= count; slot = child) {
        if (child < count && heap[child + 1]->due_us < heap[child]->due_us)
            child++;
        if (timer->due_us <= heap[child]->due_us)
            break;
        put(slot, heap[child]);
    }
    put(slot, timer);
}

void timer_start(struct timer *timer, int64_t due_us) {
    timer->due_us = due_us;
    if (timer->slot == 0) {
        if (count + 1 >= room) {
            room = room != 0 ? room * 2 : 64;
            heap = xrealloc(heap, room * sizeof *heap);
        }
        put(++count, timer);
    }
    settle(timer->slot, timer);
}

void timer_stop(struct timer *timer) {
    size_t hole = timer->slot;
    if (hole == 0)
        return;
    timer->slot = 0;
    /* The last one takes its place, and moves up or down from there. */
    struct timer *last = heap[count--];
    if (last != timer)
        settle(hole, last);
}

int64_t timer_next_due_us(void) {
    return count > 0 ? heap[1]->due_us : INT64_MAX;
}

void timer_run_due(int64_t now_us) {
    while (timer_next_due_us() <= now_us) {
        struct timer *timer = heap[1];
        /* Stopped first, since its function may start it again, or free it. */
        timer_stop(timer);
        timer->expired(timer);
    }
}
