/* The dict against a plain array of "is it there": every number of items from
 * none to a few segments of buckets and back, keys that collide, removal and
 * return, cursors that live through growth and shrinking. */
#include "dict.h"

#include <stdlib.h>

#include "siphash.h"
#include "unit.h"

enum { ITEMS = 40000 };

/* Items are numbers; the key is the number's bytes. */
static uint32_t items[ITEMS];
static struct siphash_key seed = {{1, 2}};
static struct heap heap;
static struct dict dict;

static struct slice item_key(const void *item) {
    return (struct slice){(char *)(uintptr_t)item, sizeof(uint32_t)};
}

static uint64_t hash(struct slice key) {
    return siphash13(&seed, key.ptr, key.len);
}

/* All items in one bucket, with one tag. */
static uint64_t hash_equal(struct slice key) {
    (void)key;
    return 42;
}

/* Few tags, few low bits: long chains that splits pull apart. */
static uint64_t hash_poor(struct slice key) {
    uint32_t number;
    memcpy(&number, key.ptr, sizeof number);
    return number % 97 * 31;
}

static bool has(uint32_t i) {
    struct slice key = item_key(&items[i]);
    void **place = dict_find(&dict, key, dict.hash(key));
    return place != NULL && *place == &items[i];
}

static void add(uint32_t i) {
    dict_add(&dict, &items[i], dict.hash(item_key(&items[i])));
}

static bool take(uint32_t i) {
    struct slice key = item_key(&items[i]);
    return dict_remove(&dict, key, dict.hash(key)) == &items[i];
}

static void begin(uint64_t (*hash_function)(struct slice key)) {
    for (uint32_t i = 0; i < ITEMS; i++)
        items[i] = i;
    dict_init(&dict, &heap, item_key, hash_function);
}

static void end(void) {
    dict_free(&dict);
    CHECK(heap.bytes == 0);
}

/* At each size on the way up and down, what was just moved and what stands at
 * the edges is found, and what is not there is not; now and then, everything
 * is looked for. */
static void test_grows_and_shrinks(void) {
    begin(hash);
    for (uint32_t i = 0; i < ITEMS; i++) {
        CHECK(!has(i));
        add(i);
        CHECK(has(i) && has(0) && has(i / 2));
        CHECK(dict.count == i + 1);
        if ((dict.buckets & (dict.buckets - 1)) == 0 && i % 7 == 0)
            for (uint32_t j = 0; j <= i; j += 3)
                CHECK(has(j));
    }
    CHECK(dict.buckets > ITEMS / 6 && dict.buckets <= ITEMS / 2);
    for (uint32_t i = 0; i < ITEMS; i++) {
        CHECK(take(i));
        CHECK(!has(i));
        CHECK(i + 1 == ITEMS || (has(ITEMS - 1) && has(i + 1)));
        if ((dict.buckets & (dict.buckets - 1)) == 0 && i % 7 == 0)
            for (uint32_t j = i + 1; j < ITEMS; j += 3)
                CHECK(has(j));
    }
    CHECK(dict.count == 0 && dict.buckets == 1);
    end();
}

/* Each boundary between two powers of two, crossed to and fro. */
static void test_rocks_at_each_size(void) {
    begin(hash);
    for (uint32_t n = 0; n < 3000; n++) {
        add(n);
        for (int times = 0; times < 3; times++) {
            CHECK(take(n) && !has(n));
            CHECK(n == 0 || take(n - 1));
            add(n);
            if (n > 0)
                add(n - 1);
            CHECK(has(n) && (n == 0 || has(n - 1)));
        }
    }
    end();
}

static void test_collisions_survive_removal(void) {
    begin(hash_equal);
    enum { SAME = 60 };
    for (uint32_t i = 0; i < SAME; i++)
        add(i);
    /* Delete, then set: each position of the chain, in each order. */
    for (uint32_t i = 0; i < SAME; i++) {
        for (uint32_t j = 0; j < SAME; j++) {
            CHECK(take(j));
            CHECK(!has(j));
            for (uint32_t k = 0; k < SAME; k++)
                CHECK(k == j || has(k));
            if (i % 2 == 0) {
                uint32_t other = (j + i) % SAME;
                if (other != j) {
                    CHECK(take(other));
                    add(other);
                }
            }
            add(j);
            CHECK(has(j));
        }
    }
    for (uint32_t i = 0; i < SAME; i++)
        CHECK(take((i * 7) % SAME));
    CHECK(dict.count == 0);
    end();
}

static void random_walk(uint64_t (*hash_function)(struct slice key),
                        uint32_t range, int steps) {
    static bool there[ITEMS];
    memset(there, 0, sizeof there);
    begin(hash_function);
    size_t count = 0;
    for (int i = 0; i < steps; i++) {
        uint32_t n = (uint32_t)rand() % range;
        CHECK(has(n) == there[n]);
        if (there[n])
            CHECK(take(n));
        else
            add(n);
        there[n] = !there[n];
        count = there[n] ? count + 1 : count - 1;
        CHECK(dict.count == count);
    }
    for (uint32_t n = 0; n < range; n++)
        CHECK(has(n) == there[n]);
    end();
}

static void test_random_walks(void) {
    random_walk(hash, 20, 20000);
    random_walk(hash, 5000, 100000);
    random_walk(hash_poor, 500, 20000);
}

static uint32_t seen[ITEMS];

static void mark(void *context, void *item) {
    (void)context;
    seen[(uint32_t *)item - items]++;
}

/* One scan from 0 to 0, during which the table is moved by change(). Items
 * below `stable` are there all the time. */
static void scan_while(void (*change)(uint32_t step), uint32_t stable) {
    memset(seen, 0, sizeof seen);
    uint64_t cursor = 0;
    uint32_t step = 0;
    do {
        cursor = dict_scan(&dict, cursor, mark, NULL);
        if (change != NULL)
            change(step++);
    } while (cursor != 0);
    for (uint32_t i = 0; i < stable; i++)
        CHECK(seen[i] >= 1);
}

static uint32_t added;

static void add_some(uint32_t step) {
    (void)step;
    for (int i = 0; i < 20 && added < ITEMS; i++)
        add(added++);
}

static void remove_some(uint32_t step) {
    (void)step;
    for (int i = 0; i < 20 && added > 500; i++)
        CHECK(take(--added));
}

static void rock(uint32_t step) {
    for (int i = 0; i < 5; i++)
        step / 40 % 2 == 0 ? add_some(step) : remove_some(step);
}

static void test_scan_keeps_its_promise(void) {
    for (uint32_t n = 0; n < 600; n++) {
        begin(hash);
        for (added = 0; added < n; added++)
            add(added);
        scan_while(NULL, n);
        for (uint32_t i = 0; i < ITEMS; i++)
            CHECK(seen[i] == (i < n));
        end();
    }
    begin(hash);
    for (added = 0; added < 500; added++)
        add(added);
    scan_while(add_some, 500);
    CHECK(added > 1000);
    scan_while(remove_some, 500);
    CHECK(added == 500);
    scan_while(rock, 500);
    end();
}

static uint64_t random_bits(void) {
    return (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();
}

enum { DRAWN = 300 }; /* items of which one is drawn */

/* Counts in seen[] how often each item is drawn. */
static void draw(uint64_t (*hash_of)(struct slice key), int times) {
    begin(hash_of);
    for (uint32_t i = 0; i < DRAWN; i++)
        add(i);
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < times; i++)
        mark(NULL, dict_random(&dict, random_bits));
    end();
}

/* Each item is due 1000 times, give or take 6 standard deviations. */
static void test_random_is_fair(void) {
    draw(hash, 300000);
    for (uint32_t i = 0; i < DRAWN; i++)
        CHECK(seen[i] > 800 && seen[i] < 1200);
}

/* Items that share one bucket, however many they are, are all drawn. */
static void test_random_misses_none(void) {
    draw(hash_equal, 30000);
    for (uint32_t i = 0; i < DRAWN; i++)
        CHECK(seen[i] > 30);
}

int main(void) {
    unit_test("a dict finds its items at every size, up and down",
              test_grows_and_shrinks);
    unit_test("items go and return at each boundary", test_rocks_at_each_size);
    unit_test("items with equal hashes survive removal and return",
              test_collisions_survive_removal);
    unit_test("a dict agrees with an array after random changes",
              test_random_walks);
    unit_test("a scan meets all that stays, while the table moves",
              test_scan_keeps_its_promise);
    unit_test("each item is as likely to be drawn as any other",
              test_random_is_fair);
    unit_test("no item is too deep in its bucket to be drawn",
              test_random_misses_none);
    return unit_end();
}
