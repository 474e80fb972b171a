/* The wanted items are brought together first, by C. A. R. Hoare's algorithm
 * FIND (1961), and only they are sorted. Pivots are drawn at random, so nobody
 * can prepare a list for which this is quadratic. */
#include "sort_items.h"

#include <stdlib.h>

#include "random.h"

static void swap(struct sort_item *a, struct sort_item *b) {
    struct sort_item item = *a;
    *a = *b;
    *b = item;
}

/* The median of three random items. */
static struct sort_item *pivot_of(struct sort_item *items, size_t count,
                                  sort_compare *compare) {
    struct sort_item *a = &items[random_bits() % count];
    struct sort_item *b = &items[random_bits() % count];
    struct sort_item *c = &items[random_bits() % count];
    if (compare(a, b) > 0) {
        struct sort_item *smaller = b;
        b = a;
        a = smaller;
    }
    if (compare(b, c) <= 0)
        return b;
    return compare(a, c) > 0 ? a : c;
}

/* Moves items that are less than a pivot before those that are greater, and
 * returns how many come first: at least one, and not all. Both walks stop at
 * items that are equal to the pivot, so many equal ones are split in half. */
static size_t split(struct sort_item *items, size_t count,
                    sort_compare *compare) {
    swap(&items[0], pivot_of(items, count, compare));
    const struct sort_item pivot = items[0];
    size_t low = 0, high = count;
    for (;;) {
        do
            high--;
        while (compare(&items[high], &pivot) > 0);
        while (compare(&items[low], &pivot) < 0)
            low++;
        if (low >= high)
            return high + 1;
        swap(&items[low++], &items[high]);
    }
}

/* Moves the least items, of that number, before all others. */
static void find_least(struct sort_item *items, size_t count, size_t least,
                       sort_compare *compare) {
    while (least > 0 && least < count) {
        size_t first = split(items, count, compare);
        if (least < first) {
            count = first;
        } else {
            items += first;
            count -= first;
            least -= first;
        }
    }
}

void sort_items(struct sort_item *items, size_t count, size_t from, size_t to,
                sort_compare *compare) {
    if (from == to)
        return;
    find_least(items, count, from, compare);
    find_least(items + from, count - from, to - from, compare);
    qsort(items + from, to - from, sizeof *items, compare);
}
