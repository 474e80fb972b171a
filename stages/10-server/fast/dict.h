/* A hash table of items that hold their own keys, in buckets of one cache line:
 *
 *     bucket   | 7 tags | state | item | item | item | ... 7 pointers |
 *
 * A tag is 8 bits of an item's hash, so a look-up reads one line and then, in
 * nearly every case, just the item it looks for. An eighth item goes to a child
 * bucket, of which the last pointer then is the address.
 *
 * The table grows by one bucket at a time (linear_hash.h). Each insertion that
 * makes it too full splits the next bucket in order in two; each removal that
 * leaves it too empty joins the last bucket with the one it came from. So the
 * load is always the same, no step is long, and there never are two tables.
 *
 * The dict owns its buckets, not its items. All of its memory comes from its
 * heap, so that dropping the heap frees it. The caller hashes: with the same
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

/* An empty dict. Nothing is allocated before the first item. */
void dict_init(struct dict *dict, struct heap *heap,
               struct slice (*key)(const void *item),
               uint64_t (*hash)(struct slice key));

/* Frees the buckets: the dict is empty. */
void dict_free(struct dict *dict);

/* Takes a dict apart, some of it in each call: takes items out, most of them or
 * a few more, and calls visit for each, which may free it. Returns whether that
 * was all; then the buckets are freed, too. */
bool dict_free_some(struct dict *dict, size_t most,
                    void (*visit)(void *context, void *item), void *context);

/* Returns the place that holds the item with that key, or NULL. The caller may
 * put another item with the same key there. Good until the next change. */
void **dict_find(const struct dict *dict, struct slice key, uint64_t hash);

/* Adds an item whose key is not there yet. */
void dict_add(struct dict *dict, void *item, uint64_t hash);

/* Takes the item with that key out and returns it, or NULL. */
void *dict_remove(struct dict *dict, struct slice key, uint64_t hash);

/* Calls visit for some items and returns the cursor that goes on from there; 0
 * begins, and 0 again means that all were visited. An item that is there all
 * the time from the first call to the last is visited at least once, however
 * the table grows and shrinks between the calls. Nothing may be added or
 * removed by visit. A cursor below dict->buckets visits the bucket of that
 * number. */
uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context);

/* An item of which each is as likely as any other; the dict is not empty.
 * random gives 64 random bits. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void));

/* Bytes that the buckets take. */
size_t dict_memory(const struct dict *dict);

#endif
