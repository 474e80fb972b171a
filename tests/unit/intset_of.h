/* An intset of some integers. */
#ifndef INTSET_OF_H
#define INTSET_OF_H

#include "intset.h"

static inline struct intset *intset_of(struct heap *heap, const int64_t *values,
                                       size_t count) {
    struct intset *set = intset_new(heap);
    for (size_t i = 0; i < count; i++)
        intset_add(heap, &set, values[i]);
    return set;
}

#endif
