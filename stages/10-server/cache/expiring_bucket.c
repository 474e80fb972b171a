#include "expiring_bucket.h"

#include "entry_expiry.h"
#include "linear_hash.h"

enum { FAN_BITS = 6, FAN = 1 << FAN_BITS }; /* as in due.c */

/* As in due.c: the first level with only one node is the root. */
static size_t level_size(const struct due *due, int level) {
    size_t size = due->room >> (FAN_BITS * level);
    return size > 0 ? size : 1;
}

/* Returns the first node at or after this one, within its group of 64, that is
 * not 0. Returns the end of the group if there is none. */
static size_t next_in_group(const struct due *due, int level, size_t node) {
    size_t end = (node / FAN + 1) * FAN, size = level_size(due, level);
    if (end > size)
        end = size;
    while (node < end && due->level[level][node] == 0)
        node++;
    return node;
}

/* Climbs until a level has something further to the right, and goes down again
 * to the leftmost leaf below it. */
static bool find_from(const struct due *due, size_t *bucket) {
    size_t node = *bucket;
    int level = 0;
    while (level < DUE_LEVELS && due->level[level] != NULL) {
        size_t size = level_size(due, level);
        if (node >= size)
            return false;
        size_t found = next_in_group(due, level, node);
        if (found < size && due->level[level][found] != 0) {
            /* A node is not 0 if anything below it is not. */
            while (level-- > 0)
                found = next_in_group(due, level, found * FAN);
            *bucket = found;
            return true;
        }
        node = node / FAN + 1; /* what is right of the group, one level up */
        level++;
    }
    return false;
}

size_t expiring_bucket_from(const struct db *db, size_t bucket) {
    size_t found = bucket;
    if (bucket < db->due.room && find_from(&db->due, &found))
        return found;
    found = 0; /* nothing behind it: from the beginning again */
    return db->due.room > 0 && find_from(&db->due, &found) ? found : bucket;
}

/* The index may give too early a time, because an entry that goes does not
 * update it. Then the bucket's time is corrected, and the index is asked again.
 * If it gives the same bucket and time once more, it was right: it may differ
 * from the entry's own time, because the index rounds times to its units. */

struct first {
    struct entry *entry;
    int64_t expiry;
};

static void compare(void *context, void *item) {
    struct first *first = context;
    int64_t expiry = entry_expiry(item);
    if (expiry != NO_EXPIRY && (first->entry == NULL || expiry < first->expiry))
        *first = (struct first){item, expiry};
}

struct entry *expiring_first(struct db *db) {
    size_t bucket, again;
    int64_t said;
    while (db->expiring > 0 &&
           (said = due_first(&db->due, &bucket)) != DUE_NEVER) {
        /* The number of a bucket is a cursor to it. */
        struct first first = {0};
        (void)dict_scan(&db->dict, bucket, compare, &first);
        due_set(&db->due, bucket,
                first.entry != NULL ? due_after(first.expiry) : DUE_NEVER);
        if (first.entry != NULL && due_first(&db->due, &again) == said &&
            again == bucket)
            return first.entry;
    }
    return NULL;
}
