/* A hash table of items that hold their own keys, in buckets of one cache line:
 *
 *     bucket   | 7 tags | state | item | item | item | ... 7 pointers |
 *
 * A tag is 8 bits of an item's hash, so a look-up reads one line and then, in
 * nearly every case, only the item that it looks for. If there is an eighth
 * item, the last pointer becomes the address of a child bucket.
 *
 * The table grows by one bucket at a time (linear_hash.h). An insertion that
 * makes it too full splits the next bucket in order; a removal that leaves it
 * too empty merges the last bucket with the one it was split from. So the load
 * stays constant, no step is long, and there never are two tables.
 *
 * The dict owns its buckets, not its items. All of its memory comes from its
 * heap, so dropping the heap frees it. The caller hashes, with the same
 * function for look-ups as dict->hash computes for items. */
#ifndef DICT_H
#define DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct bucket;

struct dict {
    struct bucket **segments; /* pieces of the array of buckets */
    size_t segment_count, segment_room;
    size_t first_room; /* buckets that the first of them has room for */
    size_t buckets;    /* in use */
    size_t count;      /* items */
    struct heap *heap;
    struct slice (*key)(const void *item);
    uint64_t (*hash)(struct slice key);
};

/* Makes an empty dict. Nothing is allocated before the first item. */
void dict_init(struct dict *dict, struct heap *heap,
               struct slice (*key)(const void *item),
               uint64_t (*hash)(struct slice key));

/* Frees the buckets and leaves an empty dict. */
void dict_free(struct dict *dict);

/* Takes a dict apart in steps. Each call takes out about as many items as
 * "most" says and calls visit for each, which may free it. Returns true when
 * that was the last of them; then the buckets are freed, too. */
bool dict_free_some(struct dict *dict, size_t most,
                    void (*visit)(void *context, void *item), void *context);

/* Returns the place that holds the item with this key, or NULL. The caller may
 * put another item with the same key there. Good until the next change. */
void **dict_find(const struct dict *dict, struct slice key, uint64_t hash);

/* Adds an item whose key is not there yet. */
void dict_add(struct dict *dict, void *item, uint64_t hash);

/* Removes and returns the item with this key, or returns NULL. */
void *dict_remove(struct dict *dict, struct slice key, uint64_t hash);

/* Calls visit for some items and returns the cursor from which to go on. A walk
 * begins with 0 and is over when 0 is returned. An item that is there from the
 * first call to the last is visited at least once, however the table grows and
 * shrinks between the calls. visit must not add or remove items. A cursor below
 * dict->buckets visits the bucket of that number. */
uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context);

/* Returns an item, each with the same probability. The dict must not be empty.
 * random gives 64 random bits. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void));

/* Returns the bytes that the buckets take. */
size_t dict_memory(const struct dict *dict);

#endif
