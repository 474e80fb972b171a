/* Due: which bucket of a table falls due first.
 *
 * For each bucket of a dict that holds something with an expiry the index keeps
 * one time, which is not later than the first expiry among its entries. It may
 * be earlier, because entries leave and expiries move without notice; then
 * looking into the bucket at that time finds nothing, and a better time is set.
 * So the index does not grow with the number of changes, and costs eight bytes
 * a bucket, or nothing before the first expiry.
 *
 * The times are leaves of a tree in which each node holds the earliest of 64
 * below it: a tournament (Knuth, "Sorting and Searching", 5.4.1) with more than
 * two to a match. Setting a time costs O(depth), finding the first one 64
 * comparisons a level; 16 million buckets are four levels. */
#ifndef DUE_H
#define DUE_H

#include <stddef.h>
#include <stdint.h>

enum { DUE_LEVELS = 6 };

/* All zeros is an index in which nothing falls due. */
struct due {
    /* level[0] holds a mark for each bucket, level[k] one for 64 in level
     * k-1. A mark is DUE_NEVER minus the time, so 0 is never. */
    int64_t *level[DUE_LEVELS];
    size_t room; /* buckets; a power of two, or 0 */
};

/* Times are milliseconds since 1970. The index rounds them up to a multiple of
 * 128 ms, so it never says "due" too early. */
#define DUE_NEVER INT64_MAX
#define DUE_LATEST (DUE_NEVER - 256) /* which the index can tell from never */

/* Returns the first moment after that time, or DUE_LATEST. */
static inline int64_t due_after(int64_t time_ms) {
    return time_ms < DUE_LATEST ? time_ms + 1 : DUE_LATEST;
}

/* Notes that something in the bucket expires at that time. */
void due_note(struct due *due, size_t bucket, int64_t time_ms);

/* Sets a bucket's time, earlier or later. */
void due_set(struct due *due, size_t bucket, int64_t time_ms);

/* The dict has changed. due_split(): this bucket, the last one, is new and has
 * got some of the entries of its origin (linear_hash.h). due_join(): it is
 * gone, and its entries went back there. */
void due_split(struct due *due, size_t bucket);
void due_join(struct due *due, size_t bucket);

/* Returns the first time of all, and sets *bucket to its bucket. DUE_NEVER if
 * there is none. */
int64_t due_first(const struct due *due, size_t *bucket);

/* Returns the number of marks of a level. */
size_t due_level_size(const struct due *due, int level);

void due_free(struct due *due);

#endif
