/* Values for the reaper, and a clock of the tests' own: a slice of time is a
 * number of looks at it, and nothing depends on how fast the machine is. */
#ifndef REAPER_VALUES_H
#define REAPER_VALUES_H

#include "reaper.h"

#include "clock.h"
#include "loop.h"
#include "timer.h"
#include "unit.h"

enum {
    LOOK_US = 100, /* what a look at the clock takes: ten of them a slice */
    SIZE = 1024,   /* of an element */
    MIB = 1 << 20
};

static struct heap heap;
static int64_t now_us, turn_us;
static size_t values; /* that are not freed to their end */

int64_t clock_monotonic_us(void) {
    return now_us += LOOK_US;
}

int64_t clock_wall_us(void) {
    return now_us;
}

int64_t loop_now_us(void) {
    return turn_us;
}

static void turn(void) {
    turn_us = ++now_us;
    timer_run_due(turn_us);
}

/* A value: elements one behind the other. */
struct element {
    struct element *next;
    char rest[SIZE - sizeof(struct element *)];
};

struct value {
    struct element *first;
};

static struct value *value_new(struct heap *from, size_t elements) {
    struct value *value = heap_alloc(from, sizeof *value);
    value->first = NULL;
    for (size_t i = 0; i < elements; i++) {
        struct element *element = heap_alloc(from, sizeof *element);
        element->next = value->first;
        value->first = element;
    }
    values++;
    return value;
}

static bool free_some(struct heap *from, void *block, size_t most) {
    struct value *value = block;
    for (; value->first != NULL && most > 0; most--) {
        struct element *element = value->first;
        value->first = element->next;
        heap_free(from, element, sizeof *element);
    }
    if (value->first != NULL)
        return false;
    heap_free(from, value, sizeof *value);
    values--;
    return true;
}

static void make_and_free(struct heap *in, size_t elements) {
    reaper_free(in, value_new(in, elements), free_some);
}

#endif
