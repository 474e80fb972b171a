#include "due.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "linear_hash.h"
#include "xalloc.h"

enum { FAN_BITS = 6, FAN = 1 << FAN_BITS, UNIT_BITS = 7 };

/* Marks count down from the origin, in units of 128 ms: the earliest time is
 * the largest mark, and what calloc gives means never. They reach 17 years.
 * A time that is later is looked at again then. */
#define REACH_MS ((int64_t)UINT32_MAX << UNIT_BITS)

/* The origin is now, in whole units, so that a mark that is told from another
 * origin means the same time. */
static int64_t new_origin(void) {
    int64_t now_ms = clock_wall_us() / 1000;
    return now_ms - now_ms % (1 << UNIT_BITS);
}

static uint32_t mark_of(const struct due *due, int64_t time_ms) {
    if (time_ms == DUE_NEVER)
        return 0;
    if (time_ms <= due->origin_ms)
        return UINT32_MAX;
    int64_t units = ((time_ms - due->origin_ms - 1) >> UNIT_BITS) + 1;
    return units < UINT32_MAX ? UINT32_MAX - (uint32_t)units : 1;
}

static int64_t time_of(const struct due *due, uint32_t mark) {
    if (mark == 0)
        return DUE_NEVER;
    return due->origin_ms + ((int64_t)(UINT32_MAX - mark) << UNIT_BITS);
}

/* How many marks a level has. The first level with one is the root. */
static size_t level_size(const struct due *due, int level) {
    size_t size = due->room >> (FAN_BITS * level);
    return size > 0 ? size : 1;
}

/* The mark that the node must hold: the largest one below it. */
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
        due->origin_ms = new_origin();
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

/* Counts all marks anew, from now. Buckets that were due at the old origin or
 * before are due now. */
static void move_origin(struct due *due) {
    struct due old = *due;
    due->origin_ms = new_origin();
    for (size_t i = 0; i < due->room; i++) {
        uint32_t mark = due->level[0][i];
        if (mark != UINT32_MAX)
            due->level[0][i] = mark_of(due, time_of(&old, mark));
    }
    for (int k = 1; k < DUE_LEVELS && due->level[k] != NULL; k++)
        for (size_t node = 0; node < level_size(due, k); node++)
            due->level[k][node] = largest_below(due, k, node);
}

/* Sees to it that the time has a mark. The clock on the wall may be set: back,
 * so that what comes lies before the origin, or so far forward, perhaps from
 * 1970 in a machine that asks others for the time, that all that comes lies
 * out of reach. That costs one look at each bucket. */
static void reach(struct due *due, int64_t time_ms) {
    if (time_ms == DUE_NEVER)
        return;
    int64_t ms = time_ms - due->origin_ms;
    if (ms >= 0 && ms < REACH_MS)
        return;
    int64_t age_ms = new_origin() - due->origin_ms;
    if (age_ms < 0 || age_ms > REACH_MS / 2)
        move_origin(due);
}

void due_set(struct due *due, size_t bucket, int64_t time_ms) {
    if (due->room == 0)
        extend(due, bucket);
    reach(due, time_ms);
    set_mark(due, bucket, mark_of(due, time_ms));
}

void due_note(struct due *due, size_t bucket, int64_t time_ms) {
    if (due->room == 0)
        extend(due, bucket);
    reach(due, time_ms);
    uint32_t mark = mark_of(due, time_ms);
    if (mark > mark_at(due, bucket))
        set_mark(due, bucket, mark);
}

void due_split(struct due *due, size_t bucket) {
    if (due->room != 0 && bucket > 0)
        set_mark(due, bucket, mark_at(due, linear_origin(bucket)));
}

void due_join(struct due *due, size_t bucket) {
    uint32_t mark = mark_at(due, bucket);
    if (mark == 0)
        return;
    size_t into = linear_origin(bucket);
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
    return time_of(due, mark);
}

int due_levels(const struct due *due) {
    int levels = 0;
    while (levels < DUE_LEVELS && due->level[levels] != NULL)
        levels++;
    return levels;
}

size_t due_level_size(const struct due *due, int level) {
    return level_size(due, level);
}

int64_t due_time(const struct due *due, int level, size_t node) {
    return time_of(due, due->level[level][node]);
}

void due_free(struct due *due) {
    for (int k = 0; k < DUE_LEVELS; k++)
        free(due->level[k]);
    *due = (struct due){0};
}
