/* Where a value is and how many users it has, as DEBUG OBJECT and OBJECT
 * REFCOUNT tell it.
 *
 * Redis keeps each integer below 10,000 once, for all keys that have it, and
 * its count of references stands still. Here an entry holds its integer itself,
 * so it has no place that could be shared; it is told as Redis tells it, with
 * one place for equal integers. */
#ifndef VALUE_PLACE_H
#define VALUE_PLACE_H

#include "entry.h"

struct value_place {
    const void *place;
    int64_t references;
};

struct value_place value_place(const struct entry *entry);

#endif
