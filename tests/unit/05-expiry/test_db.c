/* A database whose keys go with time, against a shadow that holds for each key
 * its value and when it goes.
 *
 * The clocks are the test's own, so clock.c and loop.c are not linked, and it
 * is the test that frees what is due when it likes. */
#include "db.h"

#include <stdlib.h>

#include "clock.h"
#include "entry_expiry.h"
#include "loop.h"
#include "siphash.h"
/* All that anybody hears here is when keys fall due, and when they go. */
#define stage_key_falls_due deaf_to_what_falls_due
#define stage_key_expired deaf_to_what_goes
#include "stage_deaf.h"
#undef stage_key_falls_due
#undef stage_key_expired
#include "unit.h"

enum { KEYS = 3000, UNIT_MS = 128, VALUE_MAX = 400 };

static struct siphash_key seed = {{3, 4}};
static struct heap heap;
static struct db *db;
static int64_t now_ms;
static int64_t told = DUE_NEVER; /* the first time that the db told of */
static uint64_t state;
static char names[KEYS][32];
static struct {
    bool there;
    int64_t expiry;
    size_t len;
    char fill;
    bool kept; /* put in, and neither taken out nor said to be over since */
} shadows[KEYS];
static size_t over; /* keys of which the db said that their time has come */
static bool walking;

int64_t clock_wall_us(void) {
    return now_ms * 1000;
}

/* Counts from another moment than the clock on the wall. */
int64_t clock_monotonic_us(void) {
    return now_ms * 1000 + 42;
}

int64_t loop_now_us(void) {
    return clock_monotonic_us();
}

void stage_key_falls_due(int64_t due_ms) {
    if (due_ms < told)
        told = due_ms;
}

static size_t number_of(struct slice name) {
    size_t i = 0;
    while (i < KEYS && !slice_equal(name, slice_of(names[i])))
        i++;
    return i;
}

/* What the db says of a key that goes: once for each, and of none that does not
 * go. */
void stage_key_expired(const struct key *key) {
    size_t i = number_of(key->text);
    over++;
    if (!walking || !CHECK(i < KEYS))
        return;
    CHECK(shadows[i].kept && shadows[i].expiry < now_ms);
    CHECK_INT(key->hash, db->dict.hash(key->text));
    shadows[i].kept = false;
}

static uint64_t hash(struct slice text) {
    return siphash13(&seed, text.ptr, text.len);
}

/* Many keys of few buckets: more are due at once than one step frees. */
static uint64_t hash_poor(struct slice text) {
    return hash(text) & 0xff00000000000003;
}

static size_t below(size_t limit) {
    return (size_t)unit_random_below(&state, limit);
}

static struct key key_of(size_t i) {
    return db_key(db, slice_of(names[i]));
}

static bool lives(size_t i) {
    if (shadows[i].there && shadows[i].expiry != NO_EXPIRY &&
        shadows[i].expiry < now_ms)
        shadows[i].there = false;
    return shadows[i].there;
}

static void forget(size_t i) {
    shadows[i].there = false;
    shadows[i].expiry = NO_EXPIRY;
}

static void begin(uint64_t (*hash_function)(struct slice text)) {
    state = 5;
    now_ms = INT64_C(1700000000000);
    told = DUE_NEVER;
    over = 0;
    walking = false;
    db = db_new(&heap, hash_function);
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof names[i], "key-%zu", i * i);
        forget(i);
        shadows[i].kept = false;
    }
}

/* Sets a key, new or not. Returns its entry. */
static struct entry *set_until(const struct key *key, struct slice value,
                               int64_t expiry) {
    struct entry **place = db_find(key);
    if (place != NULL)
        return db_set_until(key, place, value, expiry);
    struct entry *entry = entry_new(&heap, key->text, value);
    entry = entry_set_expiry(&heap, entry, expiry);
    db_add(key, entry);
    return entry;
}

static struct entry *set(const struct key *key, struct slice value) {
    struct entry **place = db_find(key);
    return place != NULL ? db_set(key, place, value)
                         : set_until(key, value, NO_EXPIRY);
}

static bool same(size_t i) {
    struct key key = key_of(i);
    struct entry **place = db_find(&key);
    if (!CHECK((place != NULL) == lives(i)))
        return false;
    if (place == NULL)
        return true;
    char scratch[NUMBER_I64_MAX_TEXT], due[VALUE_MAX];
    memset(due, shadows[i].fill, shadows[i].len);
    struct slice value = entry_value(*place, scratch);
    struct slice name = entry_key(*place);
    return CHECK_INT(entry_expiry(*place), shadows[i].expiry) &&
           CHECK_TEXT(name.ptr, name.len, names[i]) &&
           CHECK_BYTES(value.ptr, value.len, due, shadows[i].len);
}

static int64_t some_expiry(void) {
    static const size_t spans[] = {5, 300, 5000, 1000000};
    if (below(4) == 0)
        return NO_EXPIRY;
    return now_ms + 1 + (int64_t)below(spans[below(4)]);
}

static void do_set(size_t i) {
    char value[VALUE_MAX];
    size_t len = below(3) == 0 ? below(VALUE_MAX) : below(20);
    char fill = (char)('a' + below(26));
    int64_t expiry = some_expiry();
    memset(value, fill, len);
    struct key key = key_of(i);
    struct entry *entry;
    if (expiry == NO_EXPIRY)
        entry = set(&key, (struct slice){value, len});
    else
        entry = set_until(&key, (struct slice){value, len}, expiry);
    CHECK_INT(entry_expiry(entry), expiry);
    shadows[i].there = shadows[i].kept = true;
    shadows[i].expiry = expiry;
    shadows[i].len = len;
    shadows[i].fill = fill;
}

static void do_expire(size_t i) {
    struct key key = key_of(i);
    struct entry **place = db_find(&key);
    if (place == NULL)
        return;
    shadows[i].expiry = some_expiry();
    db_set_expiry(&key, place, shadows[i].expiry);
    CHECK(db_find(&key) == place);
}

static void do_delete(size_t i) {
    struct key key = key_of(i);
    bool there = lives(i);
    struct entry *entry = db_take(&key);
    CHECK((entry != NULL) == there);
    if (entry != NULL) {
        entry_free(db->heap, entry);
        shadows[i].kept = false;
    }
    forget(i);
}

/* Frees all that is due, in steps that are never idle for ever. */
static void expire_all(void) {
    size_t steps = 0;
    while (db_next_due_ms(db) <= now_ms && CHECK(steps < 100 * (size_t)KEYS)) {
        (void)db_expire_some(db);
        steps++;
    }
}

/* Afterwards nothing is there that was due a unit ago, and all the rest is. */
static void check_expired(void) {
    expire_all();
    size_t living = 0, late = 0, kept = 0, expiring = 0;
    for (size_t i = 0; i < KEYS; i++) {
        kept += shadows[i].kept;
        expiring += shadows[i].kept && shadows[i].expiry != NO_EXPIRY;
        living += lives(i);
        late += !lives(i) && shadows[i].expiry >= now_ms - UNIT_MS;
    }
    CHECK_INT(db->dict.count, kept);
    CHECK_INT(db->expiring, expiring);
    CHECK(db->dict.count >= living);
    CHECK(db->dict.count <= living + late);
    CHECK_INT(db_expire_some(db), 0);
}

static unsigned char seen[KEYS];

static void see(void *context, void *entry) {
    struct slice name = entry_key(entry);
    size_t i = number_of(name);
    if (CHECK(i < KEYS))
        seen[i]++;
    ++*(size_t *)context;
}

static void check_scan(void) {
    memset(seen, 0, sizeof seen);
    size_t count = 0;
    uint64_t cursor = 0;
    do
        cursor = db_scan(db, cursor, see, &count);
    while (cursor != 0);
    for (size_t i = 0; i < KEYS; i++)
        CHECK_INT(seen[i], lives(i));
}

static bool is_even(void *context, struct slice key) {
    (void)context;
    return number_of(key) % 2 == 0;
}

static uint64_t random_bits(void) {
    return unit_random(&state);
}

static void check_random(void) {
    struct entry *entry = db_random(db, random_bits);
    size_t i = 0, living = 0;
    for (; i < KEYS; i++)
        living += lives(i);
    CHECK((entry != NULL) == (living > 0));
    if (entry == NULL)
        return;
    struct slice name = entry_key(entry);
    i = number_of(name);
    CHECK(i < KEYS && lives(i));
}

static void do_flush(void) {
    uint64_t (*hash_function)(struct slice text) = db->dict.hash;
    db_free(db);
    db = db_new(&heap, hash_function);
    for (size_t i = 0; i < KEYS; i++) {
        forget(i);
        shadows[i].kept = false;
    }
}

static void step(size_t keys) {
    size_t i = below(keys);
    switch (below(12)) {
    case 0:
    case 1:
    case 2:
    case 3: do_set(i); break;
    case 4:
    case 5: do_expire(i); break;
    case 6:
    case 7: do_delete(i); break;
    default: same(i); break;
    }
    if (below(20) == 0)
        now_ms += (int64_t)below(60);
    if (below(10) == 0)
        (void)db_expire_some(db);
}

static void walk(uint64_t (*hash_function)(struct slice text), size_t keys,
                 size_t steps) {
    begin(hash_function);
    walking = true;
    for (size_t n = 1; n <= steps && unit_failed_checks == 0; n++) {
        step(keys);
        if (n % 2000 == 0)
            check_expired();
        if (n % 3000 == 0)
            check_scan();
        if (n % 100 == 0)
            check_random();
        if (below(steps / 3) == 0)
            do_flush();
    }
    for (size_t i = 0; i < keys; i++)
        same(i);
    check_scan();
    CHECK(over > 0);
    db_free(db);
}

static void test_random_walks(void) {
    walk(hash, 10, 20000);
    walk(hash, KEYS, 60000);
}

static void test_few_buckets(void) {
    walk(hash_poor, 400, 20000);
}

/* A search sees what lives of the keys that fit, and frees what is due of them;
 * what does not fit stays as it was. */
static void test_search(void) {
    begin(hash);
    size_t count = 0, freed = 0;
    for (size_t i = 0; i < KEYS; i++) {
        struct key key = key_of(i);
        shadows[i].there = true;
        shadows[i].expiry = i % 3 == 0 ? now_ms + 10 : NO_EXPIRY;
        (void)set_until(&key, (struct slice){names[0], 5}, shadows[i].expiry);
    }
    now_ms += 1000;
    memset(seen, 0, sizeof seen);
    uint64_t cursor = 0;
    do
        cursor = db_search(db, cursor, is_even, see, &count);
    while (cursor != 0);
    for (size_t i = 0; i < KEYS; i++) {
        CHECK_INT(seen[i], i % 2 == 0 && lives(i));
        freed += i % 2 == 0 && !lives(i);
    }
    CHECK_INT(db->dict.count, KEYS - freed);
    CHECK_INT(over, freed);
    db_free(db);
}

static bool fits_any(void *context, struct slice key) {
    (void)context;
    (void)key;
    return true;
}

/* One walk clears all that is due, though the table shrinks behind it, and
 * what is left comes to stand in few buckets. */
static void test_search_frees_all(void) {
    enum { MANY = 20000 };
    begin(hash);
    for (size_t i = 0; i < MANY; i++) {
        char text[16];
        size_t len = (size_t)snprintf(text, sizeof text, "key:%zu", i);
        struct key key = db_key(db, (struct slice){text, len});
        (void)set_until(&key, (struct slice){names[0], 5}, now_ms + 10);
    }
    now_ms += 1000;
    size_t count = 0;
    uint64_t cursor = 0;
    do
        cursor = db_search(db, cursor, fits_any, see, &count);
    while (cursor != 0);
    CHECK_INT(db->dict.count, 0);
    db_free(db);
}

/* All that falls due at one moment goes, and memory with it. */
static void test_all_at_once(void) {
    begin(hash);
    int64_t expiry = now_ms + 1000;
    size_t empty = db->heap->bytes;
    for (size_t i = 0; i < KEYS; i++) {
        struct key key = key_of(i);
        (void)set_until(&key, (struct slice){names[0], 5}, expiry);
    }
    CHECK_INT(told, expiry + 1);
    CHECK(db_next_due_ms(db) > expiry);
    CHECK(db_next_due_ms(db) <= expiry + UNIT_MS);
    now_ms = expiry;
    CHECK_INT(db_expire_some(db), 0);
    CHECK_INT(db->dict.count, KEYS);
    now_ms = expiry + UNIT_MS;
    expire_all();
    CHECK_INT(db->dict.count, 0);
    CHECK_INT(over, KEYS);
    /* A few buckets stay. */
    CHECK(db->heap->bytes <= empty + 8192);
    CHECK(db_next_due_ms(db) == DUE_NEVER);
    db_free(db);
}

/* A key without an expiry costs no index; with a value or without, an expiry
 * comes and goes and leaves all else as it was. */
static void test_no_expiry_no_cost(void) {
    begin(hash);
    for (size_t i = 0; i < KEYS; i++) {
        struct key key = key_of(i);
        (void)set(&key, slice_of(names[i]));
    }
    CHECK(db->due.room == 0);
    CHECK(told == DUE_NEVER);
    size_t bytes = db->heap->bytes;
    struct key key = key_of(9);
    struct entry **place = db_find(&key);
    entry_set_used(*place, 0x123456);
    db_set_expiry(&key, place, now_ms + 10);
    CHECK(db->heap->bytes >= bytes);
    CHECK(db->due.room > 0);
    db_set_expiry(&key, place, NO_EXPIRY);
    CHECK_INT(db->heap->bytes, bytes);
    CHECK_INT(entry_used(*place), 0x123456);
    now_ms += 1000;
    expire_all();
    CHECK_INT(db->dict.count, KEYS);
    db_free(db);
}

/* A key lives until the millisecond of its expiry is over, on a clock that is
 * set back, too. */
static void test_to_the_millisecond(void) {
    begin(hash);
    struct key key = key_of(1);
    (void)set_until(&key, (struct slice){names[1], 3}, now_ms + 100);
    now_ms += 100;
    CHECK(db_find(&key) != NULL);
    now_ms -= 5000;
    CHECK(db_find(&key) != NULL);
    now_ms += 5001;
    CHECK_INT(db->dict.count, 1);
    CHECK(db_find(&key) == NULL);
    CHECK_INT(db->dict.count, 0);
    CHECK_INT(over, 1);
    db_free(db);
}

/* Whoever asks for any key frees some of what is due and not all of it, never
 * gets what is due, and gets the one that is not. */
static void test_random_among_the_due(void) {
    begin(hash);
    for (size_t i = 0; i < KEYS; i++) {
        struct key key = key_of(i);
        (void)set_until(&key, (struct slice){names[i], 3},
                        i == 7 ? NO_EXPIRY : now_ms + 100);
    }
    now_ms += 101;
    const struct entry *found = db_random(db, random_bits);
    CHECK(found != NULL && number_of(entry_key(found)) == 7);
    CHECK(over <= 100 && db->dict.count >= KEYS - 100);
    struct key key = key_of(7);
    entry_free(db->heap, db_take(&key));
    CHECK(db_random(db, random_bits) == NULL);
    CHECK(over <= 200 && db->dict.count >= KEYS - 201);
    db_free(db);
}

/* Whether walks over all keys and the draw of a random one meet anything. */
static void note_met(void *context, void *entry) {
    (void)entry;
    *(bool *)context = true;
}

static bool is_met(void) {
    bool scanned = false, searched = false;
    uint64_t cursor = 0;
    do
        cursor = db_scan(db, cursor, note_met, &scanned);
    while (cursor != 0);
    do
        cursor = db_search(db, cursor, fits_any, note_met, &searched);
    while (cursor != 0);
    CHECK_INT(scanned, searched);
    CHECK_INT(scanned, db_random(db, random_bits) != NULL);
    return scanned;
}

/* A key that was due a moment ago, in a database of its own. */
static struct key begin_due(enum db_judgement judgement) {
    begin(hash);
    struct key key = key_of(1);
    (void)set_until(&key, (struct slice){names[1], 3}, now_ms + 100);
    now_ms += 1000;
    CHECK_INT(db_judge(judgement), DB_GOES);
    return key;
}

static void end_due(void) {
    (void)db_judge(DB_GOES);
    db_free(db);
}

static void test_goes(void) {
    struct key key = begin_due(DB_GOES);
    CHECK(db_next_due_ms(db) <= now_ms);
    CHECK(db_is_past(now_ms) && db_is_past(0) && !db_is_past(now_ms + 1));
    CHECK(db_find(&key) == NULL);
    CHECK_INT(over, 1);
    CHECK_INT(db->dict.count, 0);
    end_due();
}

static void test_stays(void) {
    struct key key = begin_due(DB_STAYS);
    CHECK(db_next_due_ms(db) == DUE_NEVER);
    CHECK_INT(db_expire_some(db), 0);
    CHECK(!db_is_past(now_ms) && db_is_past(0) && !db_is_past(NO_EXPIRY));
    CHECK(db_find(&key) != NULL);
    CHECK(is_met());
    CHECK_INT(over, 0);
    /* It can be given more time, which a key that is gone cannot. */
    db_set_expiry(&key, db_find(&key), now_ms + 5000);
    (void)db_judge(DB_GOES);
    CHECK(db_find(&key) != NULL);
    (void)db_judge(DB_STAYS);
    now_ms += 10000;
    struct entry *entry = db_take(&key);
    CHECK(entry != NULL && over == 0);
    if (entry != NULL)
        entry_free(db->heap, entry);
    end_due();
}

static void test_hidden(void) {
    struct key key = begin_due(DB_HIDDEN);
    CHECK(db_next_due_ms(db) == DUE_NEVER);
    CHECK_INT(db_expire_some(db), 0);
    CHECK(!db_is_past(now_ms) && !db_is_past(0) && !db_is_past(NO_EXPIRY));
    CHECK(db_find(&key) == NULL);
    CHECK(!is_met());
    CHECK_INT(over, 0);
    CHECK_INT(db->dict.count, 1);
    /* It was only hidden. */
    (void)db_judge(DB_STAYS);
    CHECK(db_find(&key) != NULL);
    (void)db_judge(DB_HIDDEN);
    /* A write takes its place. */
    (void)set(&key, (struct slice){names[2], 3});
    CHECK_INT(over, 1);
    CHECK_INT(db->dict.count, 1);
    CHECK_INT(db->expiring, 0);
    struct entry **place = db_find(&key);
    CHECK(place != NULL && entry_expiry(*place) == NO_EXPIRY);
    /* And so does one that takes it out. */
    db_set_expiry(&key, db_find(&key), now_ms + 100);
    now_ms += 1000;
    CHECK(db_take(&key) == NULL);
    CHECK_INT(over, 2);
    CHECK_INT(db->dict.count, 0);
    end_due();
}

/* Whoever frees what is due hears of it when keys go again. */
static void test_told_of_the_end(void) {
    struct key key = begin_due(DB_STAYS);
    told = DUE_NEVER;
    (void)db_judge(DB_HIDDEN);
    CHECK(told == DUE_NEVER);
    (void)db_judge(DB_GOES);
    CHECK_INT(told, now_ms);
    CHECK(db_next_due_ms(db) <= now_ms);
    CHECK(db_find(&key) == NULL);
    end_due();
}

int main(void) {
    unit_test("db: any calls in any order, as time goes by", test_random_walks);
    unit_test("db: more due in a bucket than one step frees", test_few_buckets);
    unit_test("db: a search frees what it finds due", test_search);
    unit_test("db: a search frees all that is due, whatever the table does",
              test_search_frees_all);
    unit_test("db: what is due together goes together", test_all_at_once);
    unit_test("db: a key without an expiry costs nothing",
              test_no_expiry_no_cost);
    unit_test("db: a key lives to the millisecond", test_to_the_millisecond);
    unit_test("db: a random key frees no more than some of what is due",
              test_random_among_the_due);
    unit_test("db: a key goes when its time has come", test_goes);
    unit_test("db: a key stays until it is deleted", test_stays);
    unit_test("db: a key is hidden, and gives way to a write", test_hidden);
    unit_test("db: keys that were kept go when keys go again",
              test_told_of_the_end);
    return unit_end();
}
