#include "due.h"

#include <stdlib.h>
#include <string.h>

#include "linear_hash.h"
#include "xalloc.h"

/* Times are rounded to units, so that expiry wakes up eight times a second at
 * most, however many moments there are at which something expires. */
enum { FAN_BITS = 6, FAN = 1 << FAN_BITS, UNIT_MS = 128 };

/* A mark is a time that counts down from the end of all times: the earliest
 * time has the largest mark, and 0, which calloc gives, means never. */
static int64_t mark_of(int64_t time_ms) {
    if (time_ms > DUE_NEVER - UNIT_MS)
        return 0; /* rounding it up would overflow */
    int64_t units = (time_ms + UNIT_MS - 1) / UNIT_MS;
    return DUE_NEVER - units * UNIT_MS;
}

static int64_t time_of(int64_t mark) {
    return DUE_NEVER - mark;
}

/* The first level with only one mark is the root. */
size_t due_level_size(const struct due *due, int level) {
    size_t size = due->room >> (FAN_BITS * level);
    return size > 0 ? size : 1;
}

/* Returns the mark that a node must hold: the largest of those below it. */
static int64_t largest_below(const struct due *due, int level, size_t node) {
    size_t size = due_level_size(due, level - 1), first = node * FAN;
    int64_t largest = 0;
    for (size_t i = first; i < size && i < first + FAN; i++)
        if (due->level[level - 1][i] > largest)
            largest = due->level[level - 1][i];
    return largest;
}

/* Makes room for the bucket. New marks mean never; new levels hold what the old
 * root held. */
static void extend(struct due *due, size_t bucket) {
    size_t old_room = due->room;
    for (due->room = due->room ? due->room : FAN; due->room <= bucket;)
        due->room *= 2;
    const struct due before = {.room = old_room}; /* for due_level_size() */
    for (int k = 0; k < DUE_LEVELS; k++) {
        size_t old = due->level[k] != NULL ? due_level_size(&before, k) : 0;
        size_t size = due_level_size(due, k);
        if (size > old) {
            int64_t *marks = xcalloc(size, sizeof *marks);
            if (old > 0)
                memcpy(marks, due->level[k], old * sizeof *marks);
            free(due->level[k]);
            due->level[k] = marks;
        }
        /* The first node may be new, above the old root. All other new nodes
         * have only new marks below them. */
        if (k > 0)
            due->level[k][0] = largest_below(due, k, 0);
        if (k > 0 && size == 1)
            break; /* the root */
    }
}

/* Brings the nodes above a bucket up to date. */
static void settle(struct due *due, size_t bucket) {
    size_t node = bucket;
    for (int k = 1; k < DUE_LEVELS && due->level[k] != NULL; k++) {
        node >>= FAN_BITS;
        int64_t largest = largest_below(due, k, node);
        /* If this node stays as it is, so do those above it. */
        if (due->level[k][node] == largest)
            return;
        due->level[k][node] = largest;
    }
}

static int64_t mark_at(const struct due *due, size_t bucket) {
    return bucket < due->room ? due->level[0][bucket] : 0;
}

static void set_mark(struct due *due, size_t bucket, int64_t mark) {
    if (mark_at(due, bucket) == mark)
        return;
    if (bucket >= due->room)
        extend(due, bucket);
    due->level[0][bucket] = mark;
    settle(due, bucket);
}

void due_set(struct due *due, size_t bucket, int64_t time_ms) {
    set_mark(due, bucket, mark_of(time_ms));
}

void due_note(struct due *due, size_t bucket, int64_t time_ms) {
    int64_t mark = mark_of(time_ms);
    if (mark > mark_at(due, bucket))
        set_mark(due, bucket, mark);
}

void due_split(struct due *due, size_t bucket) {
    /* Nobody looks which entries moved: for both halves the time that the whole
     * had is early enough. */
    if (bucket > 0)
        set_mark(due, bucket, mark_at(due, linear_origin(bucket)));
}

void due_join(struct due *due, size_t bucket) {
    int64_t time_ms = time_of(mark_at(due, bucket));
    set_mark(due, bucket, 0);
    due_note(due, linear_origin(bucket), time_ms);
}

int64_t due_first(const struct due *due, size_t *bucket) {
    if (due->room == 0)
        return DUE_NEVER;
    int root = 1;
    while (due_level_size(due, root) > 1)
        root++;
    int64_t mark = due->level[root][0];
    size_t at = 0;
    for (int k = root - 1; mark != 0 && k >= 0; k--) {
        at *= FAN;
        /* One of the 64 has it, since the node above took it from there. */
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
