/* A hash table of items that hold their own keys.
 *
 * The hash of a key chooses a bucket, and the items of a bucket are a chain:
 *
 *     bucket 0 | node | -> | next hash item | -> | NULL hash item |
 *     bucket 1 | NULL |
 *     ...
 *
 * The table grows by one bucket at a time (linear_hash.h). Each insertion that
 * makes it too full splits the next bucket in order in two; each removal that
 * leaves it too empty joins the last bucket with the one it came from. So the
 * load is always the same, no step is long, and there never are two tables.
 *
 * The dict owns its buckets and nodes, not its items. The caller hashes, with
 * the function that the dict was given. */
#ifndef DICT_H
#define DICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "slice.h"

struct node;

enum { DICT_SEGMENTS = 48 };

struct dict {
    struct node **segments[DICT_SEGMENTS]; /* pieces of the array of buckets */
    size_t buckets;                        /* in use */
    size_t count;                          /* items */
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

/* Takes a dict apart, a part in each call: takes out about as many items as
 * "most" says, and calls visit for each, which may free it. Returns whether all
 * are gone; then the buckets are, too. */
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

/* Any item, each as likely as the others. The dict is not empty. random gives
 * 64 random bits. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void));

/* Bytes that the buckets and nodes take. */
size_t dict_memory(const struct dict *dict);

#endif
