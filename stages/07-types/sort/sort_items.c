/* Sorts all items, however few of them are wanted. */
#include "sort_items.h"

#include <stdlib.h>

void sort_items(struct sort_item *items, size_t count, size_t from, size_t to,
                sort_compare *compare) {
    if (from < to)
        qsort(items, count, sizeof *items, compare);
}
