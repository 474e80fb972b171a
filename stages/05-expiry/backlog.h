/* A backlog: blocks of a heap that wait to be freed.
 *
 * Garbage is freed a little in each turn of the loop, so that no client waits
 * for it. But clients may make garbage faster than that, and then it would take
 * all memory. So there is a second rule: while anything waits, the heap must
 * not grow by more than BACKLOG_GROWTH over the least that it has held in that
 * time. A caller that finds it has grown further frees until it has not, or
 * until nothing waits any more. That costs as much as was made since, however
 * much waits: those who make garbage pay for it, and freeing one large value is
 * never a pause, since it makes none. */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stdbool.h>
#include <stddef.h>

#include "heap.h"

enum { BACKLOG_GROWTH = 16 << 20 /* bytes */ };

/* All zeros: nothing waits. */
struct backlog {
    size_t least; /* bytes of the heap, when they were least */
};

/* Notes that something waits, and perhaps that some of it was just freed. */
static inline void backlog_note(struct backlog *backlog,
                                const struct heap *heap) {
    if (backlog->least == 0 || heap->bytes < backlog->least)
        backlog->least = heap->bytes;
}

/* Notes that nothing waits any more. */
static inline void backlog_end(struct backlog *backlog) {
    *backlog = (struct backlog){0};
}

static inline bool backlog_grows(const struct backlog *backlog,
                                 const struct heap *heap) {
    return heap->bytes > backlog->least + BACKLOG_GROWTH;
}

#endif
