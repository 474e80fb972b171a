#include "dict.h"

#include <assert.h>
#include <string.h>

#include "bytes.h"
#include "dict_prefetch.h"
#include "linear_hash.h"

enum {
    BUCKET_ITEMS = 7,
    CHAINED = 0x80, /* bit of state; the other bits count the items */
    /* Segments but the first have this many buckets: 64 KiB. */
    SEGMENT_BITS = 10,
    SEGMENT_BUCKETS = 1 << SEGMENT_BITS,
    /* Items for each 2 buckets. Nine leave one in ten with a child, and take
     * 64 * 2 / 9 = 14 bytes an item. The table shrinks at half of that. */
    FULL_LOAD = 9,
    EMPTY_LOAD = 4
};

/* One cache line. With CHAINED, item 6 is the child's address, and there are 6
 * items here. Items fill a bucket from the front, and a chain from its first
 * bucket: only the last may have room. */
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

/* The items of the bucket that have this tag: bit 8i + 7 for item i. All seven
 * are compared at once: a byte that equals the tag becomes zero by the xor, and
 * only from a zero byte does neither the sum nor the byte itself have its top
 * bit set (Mycroft's test, the exact form). */
static inline uint64_t match_tags(const struct bucket *bucket, uint8_t tag) {
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
    uint64_t x = bytes_load_eight(bucket->tags) ^ (0x0101010101010101u * tag);
    uint64_t zero = ~(((x & low7) + low7) | x | low7);
    return zero & (((uint64_t)1 << (8 * item_count(bucket))) - 1);
}

static inline size_t first_match(uint64_t matches) {
    return (size_t)__builtin_ctzll(matches) / 8;
}

/* Where an item stands. */
struct place {
    struct bucket *bucket;
    size_t slot;
};

static inline struct place find(const struct dict *dict, struct slice key,
                                uint64_t hash) {
    if (dict->count == 0)
        return (struct place){0};
    struct bucket *bucket = bucket_of(dict, hash);
    for (;;) {
        uint64_t matches = match_tags(bucket, tag_of(hash));
        for (; matches != 0; matches &= matches - 1) {
            size_t slot = first_match(matches);
            if (slice_equal(dict->key(bucket->items[slot]), key))
                return (struct place){bucket, slot};
        }
        if (!is_chained(bucket))
            return (struct place){0};
        bucket = child_of(bucket);
    }
}

void **dict_find(const struct dict *dict, struct slice key, uint64_t hash) {
    struct place place = find(dict, key, hash);
    return place.bucket != NULL ? &place.bucket->items[place.slot] : NULL;
}

static void put(struct bucket *bucket, size_t slot, void *item, uint8_t tag) {
    bucket->items[slot] = item;
    bucket->tags[slot] = tag;
}

/* Appends to the chain that begins with bucket. */
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
    struct bucket *child = heap_alloc(dict->heap, sizeof *child);
    put(child, 0, bucket->items[count - 1], bucket->tags[count - 1]);
    put(child, 1, item, tag);
    child->state = 2;
    bucket->items[BUCKET_ITEMS - 1] = child;
    bucket->state = (BUCKET_ITEMS - 1) | CHAINED;
}

/* Gives back the children of a bucket that was copied from there. */
static void chain_free(struct dict *dict, const struct bucket *bucket) {
    struct bucket *child = is_chained(bucket) ? child_of(bucket) : NULL;
    while (child != NULL) {
        struct bucket *next = is_chained(child) ? child_of(child) : NULL;
        heap_free(dict->heap, child, sizeof *child);
        child = next;
    }
}

static size_t segment_size(size_t buckets) {
    return (buckets + 1) * sizeof(struct bucket);
}

/* A piece of the array, on a line's edge. How far that is from the block that
 * the heap gave stands in the byte before it. */
static struct bucket *segment_new(struct dict *dict, size_t buckets) {
    char *block = heap_alloc(dict->heap, segment_size(buckets));
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

/* The first segment is as large as the buckets in it need it to be, to a power
 * of two, so that small dicts stay small. */
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
    if (dict->segment_count > 0)
        dict->segments[dict->segment_count] =
            segment_new(dict, SEGMENT_BUCKETS);
    dict->segment_count++;
}

/* Makes room for one bucket more at the end of the array. */
static void array_extend(struct dict *dict) {
    size_t segment = dict->buckets >> SEGMENT_BITS;
    if (segment == dict->segment_count)
        add_segment(dict);
    if (segment == 0 && dict->buckets == dict->first_room)
        resize_first(dict, dict->buckets > 0 ? 2 * dict->buckets : 1);
}

/* Gives back what so many buckets do not need. One segment stays spare, so
 * that a table at its edge does not allocate with each step to and fro. */
static void array_trim(struct dict *dict) {
    size_t segments = (dict->buckets + SEGMENT_BUCKETS - 1) >> SEGMENT_BITS;
    while (dict->segment_count > segments + 1)
        segment_free(dict, dict->segments[--dict->segment_count],
                     SEGMENT_BUCKETS);
    if (dict->segment_count == 1 && dict->buckets < dict->first_room / 4)
        resize_first(dict, dict->first_room / 2);
}

/* Splits the next bucket: of its items some belong to the new bucket. */
static void grow(struct dict *dict) {
    array_extend(dict);
    size_t fresh = dict->buckets++;
    bucket_at(dict, fresh)->state = 0;
    if (fresh == 0)
        return;
    struct bucket *split = bucket_at(dict, linear_origin(fresh));
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

/* The opposite: the last bucket's items go back to where they came from. */
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

/* Prefetches what the next splits will read: the bucket two steps ahead, and
 * the items of the next one. */
static void prefetch_split(const struct dict *dict) {
    size_t next = linear_origin(dict->buckets);
    if (next + 2 >= linear_highest_bit(dict->buckets))
        return;
    __builtin_prefetch(bucket_at(dict, next + 2));
    const struct bucket *bucket = bucket_at(dict, next + 1);
    for (size_t i = 0; i < item_count(bucket); i++)
        __builtin_prefetch(bucket->items[i]);
}

void dict_add(struct dict *dict, void *item, uint64_t hash) {
    dict->count++;
    if (dict->count * 2 > dict->buckets * FULL_LOAD) {
        grow(dict);
        prefetch_split(dict);
    }
    chain_add(dict, bucket_of(dict, hash), item, tag_of(hash));
}

/* Takes the last item of the chain that begins with bucket out of it, and
 * leaves no child with one item only: that one fits in front of it. */
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

/* Where in the chain that begins with bucket this very item stands. */
static struct place chain_find(struct bucket *bucket, const void *item) {
    for (;; bucket = child_of(bucket))
        for (size_t slot = 0; slot < item_count(bucket); slot++)
            if (bucket->items[slot] == item)
                return (struct place){bucket, slot};
}

void *dict_remove(struct dict *dict, struct slice key, uint64_t hash) {
    struct place place = find(dict, key, hash);
    if (place.bucket == NULL)
        return NULL;
    void *removed = place.bucket->items[place.slot];

    /* The hole is filled with the last item of the chain. Taking that one out
     * may have moved the hole, too, so it is looked for again. */
    struct bucket *first = bucket_of(dict, hash);
    void *last;
    uint8_t tag;
    chain_take_last(dict, first, &last, &tag);
    if (last != removed) {
        place = chain_find(first, removed);
        put(place.bucket, place.slot, last, tag);
    }
    dict->count--;
    if (dict->count * 2 < dict->buckets * EMPTY_LOAD && dict->buckets > 1)
        shrink(dict);
    return removed;
}

/* A function that does nothing but prefetch looks to gcc as if it did nothing
 * at all, and calls of it from other files are left out. The empty statement is
 * something that it does. */
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
    if (matches != 0)
        prefetch(bucket->items[first_match(matches)]);
    else if (is_chained(bucket))
        prefetch(child_of(bucket));
}

uint64_t dict_scan(const struct dict *dict, uint64_t cursor,
                   void (*visit)(void *context, void *item), void *context) {
    if (dict->count == 0)
        return 0;
    /* A walk through the whole table comes to the next bucket soon. Its items
     * are prefetched now, and so is the bucket behind it: with both at hand, to
     * save a million keys takes 0.35 s instead of 0.49. */
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

/* A bucket and a place in it are drawn until there is an item in the place, so
 * that items in full buckets are as likely as others. */
void *dict_random(const struct dict *dict, uint64_t (*random)(void)) {
    enum { PLACES = 32 }; /* one chain in a milliard has more items */
    assert(dict->count > 0);
    for (;;) {
        uint64_t bits = random();
        size_t place = bits % PLACES;
        const struct bucket *bucket =
            bucket_at(dict, (bits >> 32) * dict->buckets >> 32);
        while (place >= item_count(bucket) && is_chained(bucket)) {
            place -= item_count(bucket);
            bucket = child_of(bucket);
        }
        if (place < item_count(bucket))
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

/* Takes the last bucket away, with its items. Returns how many they were. */
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
