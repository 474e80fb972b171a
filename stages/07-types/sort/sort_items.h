/* The items that SORT sorts, and a sort of those places that are wanted. */
#ifndef SORT_ITEMS_H
#define SORT_ITEMS_H

#include <stddef.h>
#include <stdint.h>

/* A member, and the text or number that it is compared by. Both texts are
 * offsets into one buffer, since that moves as it grows. */
struct sort_item {
    size_t start, len;
    size_t key_start, key_len; /* SORT_NO_KEY: there is nothing to compare */
    double score;
};

#define SORT_NO_KEY SIZE_MAX

/* Compares two items, as for qsort(). */
typedef int sort_compare(const void *one, const void *other);

/* Puts those items at the places from "from" to before "to" that a sort of all
 * would put there; the others stand in some order before or behind them. Equal
 * items may be exchanged. O(n log n), or less if few of them are wanted. */
void sort_items(struct sort_item *items, size_t count, size_t from, size_t to,
                sort_compare *compare);

#endif
