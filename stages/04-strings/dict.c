#include "dict.h"

#include <assert.h>

#include "linear_hash.h"

/* The number of items for each bucket: with more than FULL_LOAD the table
 * grows, with fewer than EMPTY_LOAD it shrinks. They differ so that a key that
 * is added and removed again and again does not move a bucket each time. */
enum { FULL_LOAD = 2, EMPTY_LOAD = 1 };

/* An item in its bucket's chain. Its hash is kept beside it, so that a split
 * need not compute it again, and a search compares keys only where all 64 bits
 * match. */
struct node {
    struct node *next;
    uint64_t hash;
    void *item;
};

void dict_init(struct dict *dict, struct heap *heap,
               struct slice (*key)(const void *item),
               uint64_t (*hash)(struct slice key)) {
    *dict = (struct dict){.heap = heap, .key = key, .hash = hash};
}

/* The array of buckets lies in segments of 1, 2, 4, 8 and so on buckets. Each
 * segment has room for one bucket more than all before it together, so nothing
 * is copied when the array grows. */

static inline size_t segment_of(size_t index) {
    return 63 - (size_t)__builtin_clzll(index + 1);
}

static inline struct node **bucket_at(const struct dict *dict, size_t index) {
    size_t segment = segment_of(index), first = ((size_t)1 << segment) - 1;
    return &dict->segments[segment][index - first];
}

static inline struct node **bucket_of(const struct dict *dict, uint64_t hash) {
    return bucket_at(dict, linear_bucket(dict->buckets, hash));
}

static size_t segment_size(size_t segment) {
    return sizeof(struct node *) << segment;
}

/* Adds an empty bucket at the end. */
static void add_bucket(struct dict *dict) {
    size_t segment = segment_of(dict->buckets);
    /* Nobody clears the new segment: it may be as large as all others together,
     * and each bucket is cleared when its turn comes. */
    if (dict->segments[segment] == NULL)
        dict->segments[segment] = heap_alloc(dict->heap, segment_size(segment));
    *bucket_at(dict, dict->buckets++) = NULL;
}

/* Removes the last bucket, which is empty, and its segment if it was the first
 * one there. */
static void drop_bucket(struct dict *dict) {
    size_t segment = segment_of(--dict->buckets);
    struct node **first = dict->segments[segment];
    if (bucket_at(dict, dict->buckets) == first) {
        heap_free(dict->heap, first, segment_size(segment));
        dict->segments[segment] = NULL;
    }
}

/* Finding. */

/* Returns the link that leads to the node with that key: the bucket itself, or
 * the one in the node before it. If there is no such node it is the link at the
 * end of the chain, which is NULL. */
static struct node **find(const struct dict *dict, struct slice key,
                          uint64_t hash) {
    struct node **link = bucket_of(dict, hash);
    while (*link != NULL && ((*link)->hash != hash ||
                             !slice_equal(dict->key((*link)->item), key)))
        link = &(*link)->next;
    return link;
}

void **dict_find(const struct dict *dict, struct slice key, uint64_t hash) {
    if (dict->count == 0)
        return NULL; /* there may be no bucket to look into */
    struct node *node = *find(dict, key, hash);
    return node != NULL ? &node->item : NULL;
}

/* Growing and shrinking. */

/* Splits the next bucket. An item goes to the new bucket if its hash has the
 * bit that tells the two apart. */
static void grow(struct dict *dict) {
    size_t fresh = dict->buckets;
    add_bucket(dict);
    if (fresh == 0)
        return; /* the first bucket comes from nowhere */
    /* The links at the ends of the two chains. A node's own link is written
     * only after the walk has followed it. */
    struct node **stay = bucket_at(dict, linear_origin(fresh));
    struct node **move = bucket_at(dict, fresh);
    for (struct node *node = *stay; node != NULL; node = node->next) {
        struct node ***end = linear_moves(fresh, node->hash) ? &move : &stay;
        **end = node;
        *end = &node->next;
    }
    *stay = *move = NULL;
}

/* Undoes a split: the items of the last bucket go back to where they came
 * from. */
static void shrink(struct dict *dict) {
    size_t last = dict->buckets - 1;
    struct node *chain = *bucket_at(dict, last);
    struct node **link = bucket_at(dict, linear_origin(last));
    while (*link != NULL)
        link = &(*link)->next;
    *link = chain;
    drop_bucket(dict);
}

void dict_add(struct dict *dict, void *item, uint64_t hash) {
    /* The table grows first, so that the item goes where it then belongs. */
    if (++dict->count > dict->buckets * FULL_LOAD)
        grow(dict);
    struct node **bucket = bucket_of(dict, hash);
    struct node *node = heap_alloc(dict->heap, sizeof *node);
    *node = (struct node){*bucket, hash, item};
    *bucket = node;
}

void *dict_remove(struct dict *dict, struct slice key, uint64_t hash) {
    if (dict->count == 0)
        return NULL;
    struct node **link = find(dict, key, hash), *node = *link;
    if (node == NULL)
        return NULL;
    void *item = node->item;
    *link = node->next;
    heap_free(dict->heap, node, sizeof *node);
    /* The last bucket stays: shrink() could not put its items anywhere. */
    if (--dict->count < dict->buckets * EMPTY_LOAD && dict->buckets > 1)
        shrink(dict);
    return item;
}

/* All items. */

uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context) {
    if (dict->count == 0)
        return 0;
    /* A cursor from a larger table is good too: like a hash, it leads to the
     * bucket that now holds those items. */
    const struct node *node = *bucket_of(dict, cursor);
    for (; node != NULL; node = node->next)
        visit(context, node->item);
    return linear_next_cursor(dict->buckets, cursor);
}

static size_t chain_length(const struct node *node) {
    size_t length = 0;
    for (; node != NULL; node = node->next)
        length++;
    return length;
}

/* Draws a bucket, and a place in its chain, until there is an item in that
 * place, so that an item in a long chain is as likely as any other. A chain
 * that is longer still, as deletions in the order of a scan leave behind,
 * shares the places that there are among all its items. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void)) {
    enum { PLACES = 24 }; /* one chain in a billion has more items */
    assert(dict->count > 0);
    for (;;) {
        uint64_t bits = random();
        /* The upper half of the bits, as a fraction of 2^32, of the buckets. */
        const struct node *node =
            *bucket_at(dict, (bits >> 32) * dict->buckets >> 32);
        size_t length = chain_length(node);
        size_t place = bits % (length > PLACES ? length : PLACES);
        if (place >= length)
            continue;
        while (place-- > 0)
            node = node->next;
        return node->item;
    }
}

void dict_free(struct dict *dict) {
    (void)dict_free_some(dict, SIZE_MAX, NULL, NULL);
}

/* Takes items from the last bucket, and the bucket when it is empty. */
bool dict_free_some(struct dict *dict, size_t most,
                    void (*visit)(void *context, void *item), void *context) {
    for (size_t steps = 0; dict->buckets > 0; steps++) {
        if (steps >= most)
            return false;
        struct node **last = bucket_at(dict, dict->buckets - 1), *node = *last;
        if (node == NULL) {
            drop_bucket(dict);
            continue;
        }
        *last = node->next;
        dict->count--;
        if (visit != NULL)
            visit(context, node->item);
        heap_free(dict->heap, node, sizeof *node);
    }
    dict_init(dict, dict->heap, dict->key, dict->hash);
    return true;
}

size_t dict_memory(const struct dict *dict) {
    size_t bytes = dict->count * heap_round(sizeof(struct node));
    for (size_t i = 0; dict->segments[i] != NULL; i++)
        bytes += segment_size(i);
    return bytes;
}
