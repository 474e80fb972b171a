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

/* Makes an empty dict. Nothing is allocated before the first item. */
void dict_init(struct dict *dict, struct heap *heap,
               struct slice (*key)(const void *item),
               uint64_t (*hash)(struct slice key));

/* Frees the buckets and nodes; the dict is empty then. The items are the
 * caller's. */
void dict_free(struct dict *dict);

/* Takes a dict apart over several calls. Each call removes about "most" items
 * and calls visit for each of them, which may free it. Returns true when all
 * items are gone; the buckets are freed then, too. */
bool dict_free_some(struct dict *dict, size_t most,
                    void (*visit)(void *context, void *item), void *context);

/* Returns the place that holds the item with that key, or NULL. The caller may
 * put another item with the same key there. The place is good until the next
 * change. */
void **dict_find(const struct dict *dict, struct slice key, uint64_t hash);

/* Adds an item whose key is not there yet. */
void dict_add(struct dict *dict, void *item, uint64_t hash);

/* Removes the item with that key and returns it, or NULL. */
void *dict_remove(struct dict *dict, struct slice key, uint64_t hash);

/* Calls visit for some items and returns the cursor for the next call. The
 * first call passes 0, and when 0 is returned all items were visited. An item
 * that stays from the first call to the last is visited at least once, however
 * the table grows and shrinks between the calls. visit must not add or remove
 * items. A cursor below dict->buckets visits the bucket of that number. */
uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context);

/* Returns any item, each as likely as the others. The dict must not be empty;
 * random must return 64 random bits. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void));

/* Returns the bytes that the buckets and nodes take. */
size_t dict_memory(const struct dict *dict);

#endif
