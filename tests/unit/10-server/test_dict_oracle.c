/* Stage 04's plain dict is the oracle of the fast one: the same operations on
 * both, at random, have the same answers; each key is found in both or in
 * neither; and a scan that goes on through all of it misses nothing that was
 * there all the time.
 *
 * The plain one is compiled into this file under other names, on the same
 * heap. */
#include "dict.h"

#include <stdlib.h>

#include "siphash.h"
#include "unit.h"

#undef DICT_H
#define dict plain_dict
#define dict_init plain_init
#define dict_free plain_free
#define dict_free_some plain_free_some
#define dict_find plain_find
#define dict_add plain_add
#define dict_remove plain_remove
#define dict_scan plain_scan
#define dict_random plain_random
#define dict_memory plain_memory
#include "../../../stages/04-strings/dict.c"
#undef dict
#undef dict_init
#undef dict_free
#undef dict_free_some
#undef dict_find
#undef dict_add
#undef dict_remove
#undef dict_scan
#undef dict_random
#undef dict_memory

enum { ITEMS = 30000 };

static uint32_t items[ITEMS];
static size_t range; /* of the items, those that come and go */
static uint64_t state = 11;
static struct heap heap, plain_heap;
static struct dict fast;
static struct plain_dict plain;

static struct slice item_key(const void *item) {
    return (struct slice){(char *)(uintptr_t)item, sizeof(uint32_t)};
}

static uint64_t hash_well(struct slice key) {
    static const struct siphash_key seed = {{3, 4}};
    return siphash13(&seed, key.ptr, key.len);
}

/* Few hashes: long chains. */
static uint64_t hash_poorly(struct slice key) {
    uint32_t number;
    memcpy(&number, key.ptr, sizeof number);
    return number % 211 * 0x0101010101010101u;
}

/* A walk through one of the two, some buckets at a time, while both change. */
struct scan {
    uint64_t cursor;
    bool begun;
    bool seen[ITEMS];
    bool stays[ITEMS]; /* there since the scan began */
};
static struct scan fast_scan, plain_scan_state;

static void see(void *context, void *item) {
    struct scan *scan = context;
    scan->seen[(uint32_t *)item - items] = true;
}

static bool is_there(size_t i) {
    struct slice key = item_key(&items[i]);
    void **one = dict_find(&fast, key, fast.hash(key));
    void **other = plain_find(&plain, key, plain.hash(key));
    CHECK((one != NULL) == (other != NULL));
    CHECK(one == NULL || (*one == &items[i] && *other == &items[i]));
    return one != NULL;
}

static void add(size_t i) {
    uint64_t hash = fast.hash(item_key(&items[i]));
    dict_add(&fast, &items[i], hash);
    plain_add(&plain, &items[i], hash);
}

static void take(size_t i) {
    struct slice key = item_key(&items[i]);
    uint64_t hash = fast.hash(key);
    CHECK(dict_remove(&fast, key, hash) == &items[i]);
    CHECK(plain_remove(&plain, key, hash) == &items[i]);
    CHECK(dict_remove(&fast, key, hash) == NULL);
    CHECK(plain_remove(&plain, key, hash) == NULL);
    fast_scan.stays[i] = plain_scan_state.stays[i] = false;
}

static void begin_scan(struct scan *scan) {
    scan->begun = true;
    scan->cursor = 0;
    for (size_t i = 0; i < range; i++) {
        scan->stays[i] = is_there(i);
        scan->seen[i] = false;
    }
}

static void check_scan(struct scan *scan) {
    for (size_t i = 0; i < range; i++)
        CHECK(!scan->stays[i] || scan->seen[i]);
    scan->begun = false;
}

/* One step of each scan. */
static void step_scans(void) {
    if (!fast_scan.begun)
        begin_scan(&fast_scan);
    if (!plain_scan_state.begun)
        begin_scan(&plain_scan_state);
    fast_scan.cursor = dict_scan(&fast, fast_scan.cursor, see, &fast_scan);
    plain_scan_state.cursor =
        plain_scan(&plain, plain_scan_state.cursor, see, &plain_scan_state);
    if (fast_scan.cursor == 0)
        check_scan(&fast_scan);
    if (plain_scan_state.cursor == 0)
        check_scan(&plain_scan_state);
}

static void check_all(void) {
    size_t count = 0;
    for (size_t i = 0; i < range; i++)
        count += is_there(i);
    CHECK_INT(fast.count, count);
    CHECK_INT(plain.count, count);
}

static uint64_t random_bits(void) {
    return unit_random(&state);
}

static void check_draw(void) {
    if (fast.count == 0)
        return;
    const uint32_t *one = dict_random(&fast, random_bits);
    const uint32_t *other = plain_random(&plain, random_bits);
    CHECK(is_there(*one) && is_there(*other));
}

static size_t freed;

static void count_freed(void *context, void *item) {
    (void)context;
    (void)item;
    freed++;
}

/* In tides, so that both tables grow and shrink by much: for a while nine in
 * ten operations add, then nine in ten remove. */
static void both(uint64_t (*hash)(struct slice key), size_t count, int tides) {
    range = count;
    for (uint32_t i = 0; i < ITEMS; i++)
        items[i] = i;
    dict_init(&fast, &heap, item_key, hash);
    plain_init(&plain, &plain_heap, item_key, hash);
    fast_scan.begun = plain_scan_state.begun = false;
    for (int tide = 0; tide < tides; tide++) {
        for (size_t step = 0; step < range; step++) {
            size_t i = unit_random_below(&state, range);
            bool adds = (unit_random_below(&state, 10) > 0) == (tide % 2 == 0);
            bool there = is_there(i);
            if (adds && !there)
                add(i);
            else if (!adds && there)
                take(i);
            if (step % 4 == 0)
                step_scans();
            if (step % 64 == 0)
                check_draw();
        }
        check_all();
    }
    size_t left = fast.count;
    freed = 0;
    while (!dict_free_some(&fast, 100, count_freed, NULL))
        continue;
    while (!plain_free_some(&plain, 100, count_freed, NULL))
        continue;
    CHECK_INT(freed, 2 * left);
    CHECK_INT(heap.bytes, 0);
    CHECK_INT(plain_heap.bytes, 0);
}

static void test_many(void) {
    both(hash_well, ITEMS, 6);
}

static void test_few(void) {
    for (size_t count = 1; count < 40; count++)
        both(hash_well, count, 100);
}

static void test_collisions(void) {
    both(hash_poorly, 2000, 12);
}

int main(void) {
    unit_test("both dicts agree on many items", test_many);
    unit_test("both dicts agree on few items", test_few);
    unit_test("both dicts agree where hashes collide", test_collisions);
    return unit_end();
}
