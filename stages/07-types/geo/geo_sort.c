/* Sorting what was found, or only its first rows, by the quicksort of Bentley
 * and McIlroy ("Engineering a Sort Function", 1993) in the form of BSD, which
 * leaves out the parts that nobody asked for. Redis's is the same, so members
 * at one place come in the same order. */
#include <stdlib.h>

#include "geo_search.h"

typedef int compare_rows(const void *one, const void *other);

enum {
    FEW = 7,       /* fewer rows are sorted by insertion */
    MANY = 40,     /* the pivot of more rows is a median of medians */
    IN_ORDER = 256 /* if a split swaps none of up to this many, they are nearly
                      in order, and insertion finishes them */
};

static int nearest(const void *one, const void *other) {
    const struct geo_found *a = one, *b = other;
    return (a->distance > b->distance) - (a->distance < b->distance);
}

static int farthest(const void *one, const void *other) {
    return nearest(other, one);
}

static void swap(struct geo_found *a, struct geo_found *b) {
    struct geo_found row = *a;
    *a = *b;
    *b = row;
}

static void swap_all(struct geo_found *a, struct geo_found *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        swap(&a[i], &b[i]);
}

static void insertion_sort(struct geo_found *rows, size_t count,
                           compare_rows *compare) {
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && compare(&rows[j - 1], &rows[j]) > 0; j--)
            swap(&rows[j - 1], &rows[j]);
}

static struct geo_found *median(struct geo_found *a, struct geo_found *b,
                                struct geo_found *c, compare_rows *compare) {
    if (compare(a, b) < 0)
        return compare(b, c) < 0 ? b : compare(a, c) < 0 ? c : a;
    return compare(b, c) > 0 ? b : compare(a, c) < 0 ? a : c;
}

/* The row in the middle; of more rows, the median of three; of many, that of
 * three medians. */
static struct geo_found *pivot_of(struct geo_found *rows, size_t count,
                                  compare_rows *compare) {
    struct geo_found *low = rows, *middle = rows + count / 2,
                     *high = rows + count - 1;
    size_t step = count / 8;
    if (count <= FEW)
        return middle;
    if (count > MANY) {
        low = median(low, low + step, low + 2 * step, compare);
        middle = median(middle - step, middle, middle + step, compare);
        high = median(high - 2 * step, high - step, high, compare);
    }
    return median(low, middle, high, compare);
}

/* How many rows come before those that are equal to the pivot, and behind
 * them; and whether any were swapped. */
struct parts {
    size_t before, behind;
    bool swapped;
};

/* Rows that are equal to the pivot are collected at both ends, and brought to
 * the middle when all are split. */
static struct parts split(struct geo_found *rows, size_t count,
                          compare_rows *compare) {
    struct geo_found *low = rows + 1, *high = rows + count - 1;
    struct geo_found *equal_low = low, *equal_high = high;
    struct parts parts = {0};
    int order;
    swap(rows, pivot_of(rows, count, compare));
    for (;;) {
        for (; low <= high && (order = compare(low, rows)) <= 0; low++)
            if (order == 0) {
                parts.swapped = true;
                swap(equal_low++, low);
            }
        for (; low <= high && (order = compare(high, rows)) >= 0; high--)
            if (order == 0) {
                parts.swapped = true;
                swap(high, equal_high--);
            }
        if (low > high)
            break;
        parts.swapped = true;
        swap(low++, high--);
    }
    /* Equal rows go from the lower end to the middle, by swapping as few as
     * possible; then those from the upper end. */
    size_t equal = (size_t)(equal_low - rows);
    parts.before = (size_t)(low - equal_low);
    size_t moved = equal < parts.before ? equal : parts.before;
    swap_all(rows, low - moved, moved);
    equal = (size_t)(rows + count - 1 - equal_high);
    parts.behind = (size_t)(equal_high - high);
    moved = equal < parts.behind ? equal : parts.behind;
    swap_all(low, rows + count - moved, moved);
    return parts;
}

/* Sorts the rows as far as the first ones depend on it. Known limit: rows that
 * are made to defeat the choice of pivots take O(n^2), as in Redis. */
static void sort_first(struct geo_found *rows, size_t count, size_t first,
                       compare_rows *compare) {
    while (count >= FEW) {
        struct parts parts = split(rows, count, compare);
        if (!parts.swapped && count <= IN_ORDER)
            break;
        /* The rows that are equal to the pivot are in their places. Those
         * behind them matter only if somebody asked for so many. */
        size_t done = count - parts.behind;
        bool also_behind = parts.behind > 1 && first > done;
        /* The larger part is sorted here and the smaller by a call of its own:
         * so no more than log2(count) calls are on the stack, even in the worst
         * order. */
        if (also_behind && parts.before < parts.behind) {
            sort_first(rows, parts.before, first, compare);
            rows += done;
            first -= done;
            count = parts.behind;
        } else {
            if (also_behind)
                sort_first(rows + done, parts.behind, first - done, compare);
            count = parts.before;
        }
    }
    insertion_sort(rows, count, compare);
}

void geo_sort(struct geo_finds *finds, enum geo_order order, uint64_t first) {
    compare_rows *compare = order == GEO_FARTHEST ? farthest : nearest;
    if (order == GEO_NO_ORDER || finds->count < 2)
        return;
    if (first > 0 && first < finds->count)
        sort_first(finds->rows, finds->count, (size_t)first, compare);
    else
        qsort(finds->rows, finds->count, sizeof *finds->rows, compare);
}
