/* Which bucket a hash is in, as a table grows and shrinks by one. */
#include "linear_hash.h"

#include "unit.h"

enum { BUCKETS = 300, HASHES = 4096 };

/* A new bucket takes hashes out of its origin, and no other one moves. */
static void test_growth(void) {
    for (size_t n = 1; n < BUCKETS; n++)
        for (uint64_t hash = 0; hash < HASHES; hash++) {
            size_t before = linear_bucket(n, hash);
            size_t after = linear_bucket(n + 1, hash);
            bool moves = before == linear_origin(n) && linear_moves(n, hash);
            CHECK(before < n && after == (moves ? n : before));
        }
}

/* The cursor meets each bucket once. */
static void test_walk(void) {
    for (size_t n = 1; n < BUCKETS; n++) {
        bool met[BUCKETS] = {0};
        uint64_t cursor = 0;
        size_t count = 0;
        do {
            CHECK(!met[linear_bucket(n, cursor)]);
            met[linear_bucket(n, cursor)] = true;
            cursor = linear_next_cursor(n, cursor);
            count++;
        } while (cursor != 0);
        CHECK(count == n);
    }
}

/* The table grows and shrinks between the steps, and every hash is met. */
static void test_walk_and_change(void) {
    static uint8_t visits[HASHES];
    for (size_t step = 1; step < 7; step++) {
        memset(visits, 0, sizeof visits);
        size_t n = 100;
        uint64_t cursor = 0, calls = 0;
        do {
            size_t bucket = linear_bucket(n, cursor);
            for (uint64_t hash = 0; hash < HASHES; hash++)
                visits[hash] |= linear_bucket(n, hash) == bucket;
            cursor = linear_next_cursor(n, cursor);
            n = calls++ / 40 % 2 == 0 ? n + step : n - step;
        } while (cursor != 0);
        for (size_t hash = 0; hash < HASHES; hash++)
            CHECK(visits[hash]);
    }
}

int main(void) {
    unit_test("a new bucket splits one", test_growth);
    unit_test("a walk meets each bucket once", test_walk);
    unit_test("a walk misses nothing while the table changes",
              test_walk_and_change);
    return unit_end();
}
