#include "due.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "xalloc.h"

enum { FAN_BITS = 6, FAN = 1 << FAN_BITS, UNIT_BITS = 7 };

/* Marks count down from the first use of an index in this process, in units of
 * 128 ms: the earliest is the largest, and what calloc gives means never. They
 * reach 17 years. What is due later is looked at then. */
static int64_t origin_ms;

static uint32_t mark_of(int64_t time_ms) {
    if (time_ms == DUE_NEVER)
        return 0;
    if (time_ms <= origin_ms)
        return UINT32_MAX;
    int64_t units = ((time_ms - origin_ms - 1) >> UNIT_BITS) + 1;
    return units < UINT32_MAX ? UINT32_MAX - (uint32_t)units : 1;
}

static int64_t time_of(uint32_t mark) {
    if (mark == 0)
        return DUE_NEVER;
    return origin_ms + ((int64_t)(UINT32_MAX - mark) << UNIT_BITS);
}

/* How many marks a level has. The first level with one is the root. */
static size_t level_size(const struct due *due, int level) {
    size_t size = due->room >> (FAN_BITS * level);
    return size > 0 ? size : 1;
}

/* What the node must hold: the largest mark below it. */
static uint32_t largest_below(const struct due *due, int level, size_t node) {
    size_t size = level_size(due, level - 1), first = node * FAN;
    uint32_t largest = 0;
    for (size_t i = first; i < size && i < first + FAN; i++)
        if (due->level[level - 1][i] > largest)
            largest = due->level[level - 1][i];
    return largest;
}

/* Makes room for the bucket. New marks are never; new levels hold what the
 * old root held. */
static void extend(struct due *due, size_t bucket) {
    size_t old_room = due->room;
    if (old_room == 0)
        origin_ms = origin_ms != 0 ? origin_ms : clock_wall_us() / 1000;
    for (due->room = due->room ? due->room : FAN; due->room <= bucket;)
        due->room *= 2;
    const struct due before = {.room = old_room};
    for (int k = 0; k < DUE_LEVELS; k++) {
        size_t old = due->level[k] != NULL ? level_size(&before, k) : 0;
        size_t size = level_size(due, k);
        if (size > old) {
            uint32_t *marks = xcalloc(size, sizeof *marks);
            if (old > 0)
                memcpy(marks, due->level[k], old * sizeof *marks);
            free(due->level[k]);
            due->level[k] = marks;
        }
        if (k > 0)
            due->level[k][0] = largest_below(due, k, 0);
        if (k > 0 && size == 1)
            break;
    }
}

/* Brings the nodes above a bucket up to date. */
static void settle(struct due *due, size_t bucket) {
    size_t node = bucket;
    for (int k = 1; k < DUE_LEVELS && due->level[k] != NULL; k++) {
        node >>= FAN_BITS;
        uint32_t largest = largest_below(due, k, node);
        if (due->level[k][node] == largest)
            return;
        due->level[k][node] = largest;
    }
}

static uint32_t mark_at(const struct due *due, size_t bucket) {
    return bucket < due->room ? due->level[0][bucket] : 0;
}

static void set_mark(struct due *due, size_t bucket, uint32_t mark) {
    if (mark_at(due, bucket) == mark)
        return;
    if (bucket >= due->room)
        extend(due, bucket);
    due->level[0][bucket] = mark;
    settle(due, bucket);
}

void due_note(struct due *due, size_t bucket, int64_t time_ms) {
    if (due->room == 0)
        extend(due, bucket);
    uint32_t mark = mark_of(time_ms);
    if (mark > mark_at(due, bucket))
        set_mark(due, bucket, mark);
}

void due_set(struct due *due, size_t bucket, int64_t time_ms) {
    set_mark(due, bucket, mark_of(time_ms));
}

static size_t sibling_of(size_t bucket) {
    size_t high = 1;
    while (high <= bucket / 2)
        high *= 2;
    return bucket - high;
}

void due_split(struct due *due, size_t bucket) {
    if (due->room != 0)
        set_mark(due, bucket, mark_at(due, sibling_of(bucket)));
}

void due_join(struct due *due, size_t bucket) {
    uint32_t mark = mark_at(due, bucket);
    if (mark == 0)
        return;
    size_t into = sibling_of(bucket);
    set_mark(due, bucket, 0);
    if (mark > mark_at(due, into))
        set_mark(due, into, mark);
}

int64_t due_first(const struct due *due, size_t *bucket) {
    if (due->room == 0)
        return DUE_NEVER;
    int root = 1;
    while (level_size(due, root) > 1)
        root++;
    uint32_t mark = due->level[root][0];
    size_t at = 0;
    for (int k = root - 1; mark != 0 && k >= 0; k--) {
        at *= FAN;
        while (due->level[k][at] != mark)
            at++;
    }
    *bucket = at;
    return time_of(mark);
}

void due_free(struct due *due) {
    for (int k = 0; k < DUE_LEVELS; k++)
        free(due->level[k]);
    *due = (struct due){0};
}
