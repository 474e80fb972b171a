#include "dict.h"

#include <assert.h>
#include <string.h>

#include "bytes.h"
#include "dict_prefetch.h"
#include "linear_hash.h"

enum {
    BUCKET_ITEMS = 7,
    CHAINED = 0x80, /* bit of state; the other bits count the items */
    /* Every segment but the first has this many buckets: 64 KiB. */
    SEGMENT_BITS = 10,
    SEGMENT_BUCKETS = 1 << SEGMENT_BITS,
    /* The table grows when there are more items than this for each 2 buckets.
     * Then one bucket in ten has a child, and an item takes 64 * 2 / 9 = 14
     * bytes. The table shrinks at half of that. */
    FULL_LOAD = 9,
    EMPTY_LOAD = 4
};

/* One cache line. With CHAINED, item 6 is the address of the child, and 6 items
 * are here. Items fill a bucket from the front, and a chain from its first
 * bucket, so only the last bucket of a chain may have room. A child has at
 * least two items: a single one would fit in place of the child's address. */
struct bucket {
    uint8_t tags[BUCKET_ITEMS];
    uint8_t state;
    void *items[BUCKET_ITEMS];
};
_Static_assert(sizeof(struct bucket) == 64, "a bucket is one cache line");

static inline bool is_chained(const struct bucket *bucket) {
    return bucket->state & CHAINED;
}

static inline size_t item_count(const struct bucket *bucket) {
    return bucket->state & 0x0f;
}

static inline struct bucket *child_of(const struct bucket *bucket) {
    return bucket->items[BUCKET_ITEMS - 1];
}

/* The number of the bucket is made of the low bits, so the top bits still tell
 * items of one bucket apart: another key has the same tag once in 256 times. */
static inline uint8_t tag_of(uint64_t hash) {
    return (uint8_t)(hash >> 56);
}

void dict_init(struct dict *dict, struct heap *heap,
               struct slice (*key)(const void *item),
               uint64_t (*hash)(struct slice key)) {
    *dict = (struct dict){.heap = heap, .key = key, .hash = hash};
}

static inline struct bucket *bucket_at(const struct dict *dict, size_t index) {
    return &dict->segments[index >> SEGMENT_BITS]
                          [index & (SEGMENT_BUCKETS - 1)];
}

static inline struct bucket *bucket_of(const struct dict *dict, uint64_t hash) {
    return bucket_at(dict, linear_bucket(dict->buckets, hash));
}

/* Finds the items of the bucket that have this tag: bit 8i + 7 is set for item
 * i. All seven are compared at once. The xor makes a byte that equals the tag
 * zero, and a zero byte is the only one for which neither the sum nor the byte
 * itself has its top bit set (Mycroft's test, in its exact form). */
static inline uint64_t match_tags(const struct bucket *bucket, uint8_t tag) {
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
    uint64_t x = bytes_load_eight(bucket->tags) ^ (0x0101010101010101u * tag);
    uint64_t zero = ~(((x & low7) + low7) | x | low7);
    /* Tags of free places are left over from earlier items. */
    return zero & (((uint64_t)1 << (8 * item_count(bucket))) - 1);
}

static inline size_t first_match(uint64_t matches) {
    return (size_t)__builtin_ctzll(matches) / 8;
}

static inline bool is_key(struct slice a, struct slice b) {
    return a.len == b.len && bytes_equal(a.ptr, b.ptr, a.len);
}

void **dict_find(const struct dict *dict, struct slice key, uint64_t hash) {
    if (dict->count == 0)
        return NULL;
    struct bucket *bucket = bucket_of(dict, hash);
    for (;;) {
        uint64_t matches = match_tags(bucket, tag_of(hash));
        for (; matches != 0; matches &= matches - 1) {
            void **item = &bucket->items[first_match(matches)];
            if (is_key(dict->key(*item), key))
                return item;
        }
        if (!is_chained(bucket))
            return NULL;
        bucket = child_of(bucket);
    }
}

static void put(struct bucket *bucket, size_t slot, void *item, uint8_t tag) {
    bucket->items[slot] = item;
    bucket->tags[slot] = tag;
}

/* Appends an item to the chain that begins with this bucket. */
static void chain_add(struct dict *dict, struct bucket *bucket, void *item,
                      uint8_t tag) {
    while (is_chained(bucket))
        bucket = child_of(bucket);
    size_t count = item_count(bucket);
    if (count < BUCKET_ITEMS) {
        put(bucket, count, item, tag);
        bucket->state++;
        return;
    }
    /* The place of the seventh item is needed for the address, so that item
     * moves to the child with the new one. */
    struct bucket *child = heap_alloc(dict->heap, sizeof *child);
    put(child, 0, bucket->items[count - 1], bucket->tags[count - 1]);
    put(child, 1, item, tag);
    child->state = 2;
    bucket->items[BUCKET_ITEMS - 1] = child;
    bucket->state = (BUCKET_ITEMS - 1) | CHAINED;
}

/* Frees the children of a bucket that has been copied elsewhere. */
static void chain_free(struct dict *dict, const struct bucket *bucket) {
    struct bucket *child = is_chained(bucket) ? child_of(bucket) : NULL;
    while (child != NULL) {
        struct bucket *next = is_chained(child) ? child_of(child) : NULL;
        heap_free(dict->heap, child, sizeof *child);
        child = next;
    }
}

/* With one bucket more than it holds, so that it can be aligned. */
static size_t segment_size(size_t buckets) {
    return (buckets + 1) * sizeof(struct bucket);
}

/* Allocates a segment, aligned to a cache line. The byte before it says how far
 * it is from the start of the block that the heap gave. */
static struct bucket *segment_new(struct dict *dict, size_t buckets) {
    char *block = heap_alloc(dict->heap, segment_size(buckets));
    /* From 8, the heap's alignment, to 64: there is always a byte before it. */
    size_t line = sizeof(struct bucket);
    size_t offset = line - (uintptr_t)block % line;
    block[offset - 1] = (char)offset;
    return (struct bucket *)(block + offset);
}

static void segment_free(struct dict *dict, struct bucket *segment,
                         size_t buckets) {
    char *start = (char *)segment;
    heap_free(dict->heap, start - start[-1], segment_size(buckets));
}

static size_t segment_room(const struct dict *dict, size_t segment) {
    return segment > 0 ? SEGMENT_BUCKETS : dict->first_room;
}

/* The first segment has the smallest power of two that holds its buckets, so a
 * small dict stays small. */
static void resize_first(struct dict *dict, size_t room) {
    struct bucket *segment = segment_new(dict, room);
    if (dict->first_room > 0) {
        memcpy(segment, dict->segments[0], dict->buckets * sizeof *segment);
        segment_free(dict, dict->segments[0], dict->first_room);
    }
    dict->segments[0] = segment;
    dict->first_room = room;
}

static void add_segment(struct dict *dict) {
    if (dict->segment_count == dict->segment_room) {
        size_t size = dict->segment_room * sizeof *dict->segments;
        dict->segment_room = size > 0 ? dict->segment_room * 2 : 1;
        size_t wanted = dict->segment_room * sizeof *dict->segments;
        dict->segments =
            size > 0 ? heap_resize(dict->heap, dict->segments, size, wanted)
                     : heap_alloc(dict->heap, wanted);
    }
    /* resize_first() makes the first one. */
    if (dict->segment_count > 0)
        dict->segments[dict->segment_count] =
            segment_new(dict, SEGMENT_BUCKETS);
    dict->segment_count++;
}

/* Makes room for one more bucket at the end of the array. */
static void array_extend(struct dict *dict) {
    size_t segment = dict->buckets >> SEGMENT_BITS;
    if (segment == dict->segment_count)
        add_segment(dict);
    if (segment == 0 && dict->buckets == dict->first_room)
        resize_first(dict, dict->buckets > 0 ? 2 * dict->buckets : 1);
}

/* Frees the segments that this many buckets do not need. One of them is kept,
 * so that a table whose size goes to and fro at the edge of a segment does not
 * allocate each time. */
static void array_trim(struct dict *dict) {
    size_t segments = (dict->buckets + SEGMENT_BUCKETS - 1) >> SEGMENT_BITS;
    while (dict->segment_count > segments + 1)
        segment_free(dict, dict->segments[--dict->segment_count],
                     SEGMENT_BUCKETS);
    if (dict->segment_count == 1 && dict->buckets < dict->first_room / 4)
        resize_first(dict, dict->first_room / 2);
}

/* Splits the next bucket: some of its items move to the new bucket. */
static void grow(struct dict *dict) {
    array_extend(dict);
    /* From here on, one bit more tells the hashes of the two buckets apart. */
    size_t fresh = dict->buckets++;
    bucket_at(dict, fresh)->state = 0;
    if (fresh == 0)
        return;
    struct bucket *split = bucket_at(dict, linear_origin(fresh));
    /* All of its items are put in again, into one or the other. */
    struct bucket old = *split;
    split->state = 0;
    for (const struct bucket *from = &old;;) {
        for (size_t i = 0; i < item_count(from); i++) {
            uint64_t hash = dict->hash(dict->key(from->items[i]));
            chain_add(dict, bucket_of(dict, hash), from->items[i],
                      from->tags[i]);
        }
        if (!is_chained(from))
            break;
        from = child_of(from);
    }
    chain_free(dict, &old);
}

/* The reverse: the items of the last bucket go back to where they came from. */
static void shrink(struct dict *dict) {
    size_t last = --dict->buckets;
    struct bucket *old = bucket_at(dict, last);
    struct bucket *into = bucket_at(dict, linear_origin(last));
    for (const struct bucket *from = old;;) {
        for (size_t i = 0; i < item_count(from); i++)
            chain_add(dict, into, from->items[i], from->tags[i]);
        if (!is_chained(from))
            break;
        from = child_of(from);
    }
    chain_free(dict, old);
    array_trim(dict);
}

/* Prefetches what the next splits will read: the items of the bucket after the
 * next, and the bucket after that. The next one has been prefetched by the
 * split before, and had the time of four insertions to arrive. */
static void prefetch_split(const struct dict *dict) {
    /* At a power of two the order begins anew; that is rare. */
    size_t next = linear_origin(dict->buckets);
    if (next + 2 >= linear_highest_bit(dict->buckets))
        return;
    __builtin_prefetch(bucket_at(dict, next + 2));
    const struct bucket *bucket = bucket_at(dict, next + 1);
    for (size_t i = 0; i < item_count(bucket); i++)
        __builtin_prefetch(bucket->items[i]);
}

void dict_add(struct dict *dict, void *item, uint64_t hash) {
    /* At most one split, of about five items: no insertion is a long one. */
    dict->count++;
    if (dict->count * 2 > dict->buckets * FULL_LOAD) {
        grow(dict);
        prefetch_split(dict);
    }
    chain_add(dict, bucket_of(dict, hash), item, tag_of(hash));
}

/* Takes the last item out of the chain that begins with this bucket. A child
 * that is left with a single item is freed, because that item fits into the
 * bucket before it. */
static void chain_take_last(struct dict *dict, struct bucket *bucket,
                            void **item, uint8_t *tag) {
    struct bucket *parent = NULL;
    while (is_chained(bucket)) {
        parent = bucket;
        bucket = child_of(bucket);
    }
    size_t last = item_count(bucket) - 1;
    *item = bucket->items[last];
    *tag = bucket->tags[last];
    bucket->state--;
    if (parent != NULL && last == 1) {
        put(parent, BUCKET_ITEMS - 1, bucket->items[0], bucket->tags[0]);
        parent->state = BUCKET_ITEMS;
        heap_free(dict->heap, bucket, sizeof *bucket);
    }
}

/* Puts another item in the place of this one in the chain that begins with
 * bucket. */
static void chain_replace(struct bucket *bucket, const void *old, void *item,
                          uint8_t tag) {
    for (;; bucket = child_of(bucket))
        for (size_t slot = 0; slot < item_count(bucket); slot++)
            if (bucket->items[slot] == old) {
                put(bucket, slot, item, tag);
                return;
            }
}

void *dict_remove(struct dict *dict, struct slice key, uint64_t hash) {
    void **found = dict_find(dict, key, hash);
    if (found == NULL)
        return NULL;
    void *removed = *found;

    /* The last item of the chain takes its place. Taking that one out may have
     * moved this one, too, so it is looked for again. */
    struct bucket *first = bucket_of(dict, hash);
    void *last;
    uint8_t tag;
    chain_take_last(dict, first, &last, &tag);
    if (last != removed)
        chain_replace(first, removed, last, tag);
    dict->count--;
    if (dict->count * 2 < dict->buckets * EMPTY_LOAD && dict->buckets > 1)
        shrink(dict);
    return removed;
}

/* To gcc, a function that only prefetches does nothing, and it drops calls of
 * it from other files. The empty asm statement prevents that. */
static inline void prefetch(const void *at) {
    __builtin_prefetch(at);
    __asm__ volatile("");
}

void dict_prefetch_bucket(const struct dict *dict, uint64_t hash) {
    if (dict->count > 0)
        prefetch(bucket_of(dict, hash));
}

void dict_prefetch_item(const struct dict *dict, uint64_t hash) {
    if (dict->count == 0)
        return;
    const struct bucket *bucket = bucket_of(dict, hash);
    uint64_t matches = match_tags(bucket, tag_of(hash));
    /* Only the first of several, and only one bucket of a chain: the others are
     * too rare to be worth the instructions. */
    if (matches != 0)
        prefetch(bucket->items[first_match(matches)]);
    else if (is_chained(bucket))
        prefetch(child_of(bucket));
}

uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context) {
    if (dict->count == 0)
        return 0;
    /* A walk through the whole table soon comes to the next bucket. So its
     * items are prefetched now, and so is the bucket after it. Saving a million
     * keys takes 0.35 s instead of 0.49 that way. */
    uint64_t next = linear_next_cursor(dict->buckets, cursor);
    const struct bucket *soon = bucket_of(dict, next);
    for (size_t i = 0; i < item_count(soon); i++)
        __builtin_prefetch(soon->items[i]);
    __builtin_prefetch(
        bucket_of(dict, linear_next_cursor(dict->buckets, next)));
    const struct bucket *bucket = bucket_of(dict, cursor);
    for (;;) {
        for (size_t i = 0; i < item_count(bucket); i++)
            visit(context, bucket->items[i]);
        if (!is_chained(bucket))
            break;
        bucket = child_of(bucket);
    }
    return next;
}

static size_t chain_count(const struct bucket *bucket) {
    size_t count = item_count(bucket);
    while (is_chained(bucket)) {
        bucket = child_of(bucket);
        count += item_count(bucket);
    }
    return count;
}

/* Draws a bucket and a place in it until the place holds an item. So each item
 * is equally likely, however full its bucket is. A chain with more items than
 * that, as deletions in the order of a scan leave behind, shares the places
 * among all of them. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void)) {
    enum { PLACES = 32 }; /* one chain in a milliard has more items */
    assert(dict->count > 0);
    for (;;) {
        uint64_t bits = random();
        /* The upper half of the bits draws the bucket, without a division, and
         * the lower half the place. */
        const struct bucket *bucket =
            bucket_at(dict, (bits >> 32) * dict->buckets >> 32);
        size_t count = chain_count(bucket);
        size_t place = bits % (count > PLACES ? count : PLACES);
        if (place >= count)
            continue;
        while (place >= item_count(bucket)) {
            place -= item_count(bucket);
            bucket = child_of(bucket);
        }
        return bucket->items[place];
    }
}

void dict_free(struct dict *dict) {
    for (size_t i = 0; i < dict->buckets; i++)
        chain_free(dict, bucket_at(dict, i));
    for (size_t i = 0; i < dict->segment_count; i++)
        segment_free(dict, dict->segments[i], segment_room(dict, i));
    if (dict->segment_room > 0)
        heap_free(dict->heap, dict->segments,
                  dict->segment_room * sizeof *dict->segments);
    dict_init(dict, dict->heap, dict->key, dict->hash);
}

/* Removes the last bucket with its items. Returns how many items it had. */
static size_t drop_last(struct dict *dict,
                        void (*visit)(void *context, void *item),
                        void *context) {
    const struct bucket *last = bucket_at(dict, dict->buckets - 1);
    size_t count = 0;
    for (const struct bucket *from = last;;) {
        for (size_t i = 0; i < item_count(from); i++, count++)
            visit(context, from->items[i]);
        if (!is_chained(from))
            break;
        from = child_of(from);
    }
    chain_free(dict, last);
    dict->count -= count;
    dict->buckets--;
    array_trim(dict);
    return count;
}

bool dict_free_some(struct dict *dict, size_t most,
                    void (*visit)(void *context, void *item), void *context) {
    /* From the end, where the array can be cut. Each bucket counts like one
     * more item, since most may be empty. */
    for (size_t seen = 0; dict->buckets > 0; seen++) {
        if (seen >= most)
            return false;
        seen += drop_last(dict, visit, context);
    }
    dict_free(dict);
    return true;
}

size_t dict_memory(const struct dict *dict) {
    size_t segments = dict->segment_count * SEGMENT_BUCKETS;
    size_t buckets = segments > SEGMENT_BUCKETS ? segments : dict->buckets;
    return buckets * sizeof(struct bucket);
}
