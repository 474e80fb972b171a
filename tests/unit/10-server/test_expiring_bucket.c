/* The entry that expires first, against a look at all of them: with expiries
 * that are past, near, and further away than the index of expiry reaches. */
#include "expiring_bucket.h"

#include <stdlib.h>

#include "clock.h"
#include "entry_expiry.h"
#include "siphash.h"
#include "stage_deaf.h"
#include "unit.h"

enum { KEYS = 2000, STEPS = 4000, NAME_SIZE = 16 };

#define YEAR_MS ((int64_t)365 * 24 * 3600 * 1000)
#define REACHED_MS (16 * YEAR_MS) /* all that is sooner is told exactly */

static struct siphash_key seed = {{3, 4}};
static uint64_t state = 11;

static uint64_t hash(struct slice text) {
    return siphash13(&seed, text.ptr, text.len);
}

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

static struct key number_key(struct db *db, size_t number,
                             char name[static NAME_SIZE]) {
    int len = snprintf(name, NAME_SIZE, "key:%zu", number);
    return db_key(db, (struct slice){name, (size_t)len});
}

static int64_t draw_expiry(int64_t now_ms) {
    switch (below(4)) {
    case 0: return now_ms - (int64_t)below(100000) - 1;
    case 1: return now_ms + (int64_t)below(100000);
    case 2: return now_ms + (int64_t)below((size_t)(10 * YEAR_MS));
    default: return now_ms + 20 * YEAR_MS + (int64_t)below((size_t)YEAR_MS);
    }
}

static void put(struct db *db, size_t number, int64_t expiry) {
    char name[NAME_SIZE];
    struct key key = number_key(db, number, name);
    (void)db_drop(&key);
    struct entry *entry =
        entry_new(db->heap, key.text, (struct slice){"value", 5});
    db_add(&key, entry);
    struct entry **place = db_find(&key);
    if (expiry != NO_EXPIRY)
        db_set_expiry(&key, place, expiry);
}

/* Returns false if there is no first one. */
static bool check_first(struct db *db, const int64_t *expiries) {
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < KEYS; i++)
        if (expiries[i] != NO_EXPIRY && expiries[i] < first)
            first = expiries[i];
    struct entry *found = expiring_first(db);
    if (!CHECK((found != NULL) == (first != INT64_MAX)) || found == NULL)
        return false;
    int64_t now_ms = clock_wall_us() / 1000;
    if (first > now_ms && first < now_ms + REACHED_MS)
        CHECK_INT(entry_expiry(found), first);
    else if (first > now_ms)
        CHECK(entry_expiry(found) > now_ms + REACHED_MS);
    else
        CHECK(entry_expiry(found) <= now_ms);
    return true;
}

static void test_first(void) {
    static int64_t expiries[KEYS];
    static struct heap heap;
    (void)db_judge(DB_STAYS);
    struct db *db = db_new(&heap, hash);
    for (size_t i = 0; i < KEYS; i++)
        expiries[i] = NO_EXPIRY;
    for (size_t step = 0; step < STEPS; step++) {
        size_t number = below(KEYS);
        /* Towards the end fewer and fewer expire. */
        expiries[number] = below(STEPS) < step
                               ? NO_EXPIRY
                               : draw_expiry(clock_wall_us() / 1000);
        put(db, number, expiries[number]);
        (void)check_first(db, expiries);
    }
    for (size_t i = 0; i < KEYS; i++) {
        expiries[i] = NO_EXPIRY;
        put(db, i, NO_EXPIRY);
        (void)check_first(db, expiries);
    }
    db_free(db);
}

static void test_far(void) {
    static const int64_t expiries[] = {8589934593000, /* the year 2242 */
                                       INT64_MAX - 300, INT64_MAX - 100,
                                       INT64_MAX};
    static struct heap heap;
    for (size_t i = 0; i < sizeof expiries / sizeof *expiries; i++) {
        struct db *db = db_new(&heap, hash);
        put(db, 1, expiries[i]);
        struct entry *found = expiring_first(db);
        if (CHECK(found != NULL))
            CHECK_INT(entry_expiry(found), expiries[i]);
        db_free(db);
    }
}

int main(void) {
    unit_test("the first to expire is found", test_first);
    unit_test("one that expires in the far future is found", test_far);
    return unit_end();
}
