/* Active expiry in one turn after the other: databases take turns, and what is
 * due does not grow, however fast it is made.
 *
 * The clock is the test's own, so a slice of time is a number of looks at it,
 * and nothing here depends on how fast the machine is. */
#include "expire.h"

#include <stdlib.h>

#include "clock.h"
#include "entry_expiry.h"
#include "key_time.h"
#include "keyspace.h"
#include "loop.h"
#include "stalled.h"
/* All that anybody hears here is when keys fall due. */
#define stage_key_falls_due deaf_to_what_falls_due
#include "stage_deaf.h"
#undef stage_key_falls_due
#include "timer.h"
#include "unit.h"

enum {
    LOOK_US = 100, /* what a look at the clock takes: ten of them a slice */
    UNIT_MS = 128, /* how exact the index is */
    VALUE_SIZE = 2000,
    MIB = 1 << 20
};

static int64_t now_us, turn_us, stalled_us;
static size_t made;

void stage_key_falls_due(int64_t due_ms) {
    expire_by(due_ms);
}

void stage_stalled(const char *event, int64_t us) {
    CHECK(strcmp(event, "expire-cycle") == 0);
    stalled_us = us;
}

int64_t clock_wall_us(void) {
    return turn_us;
}

int64_t clock_monotonic_us(void) {
    return now_us += LOOK_US;
}

int64_t loop_now_us(void) {
    return turn_us;
}

static void begin(void) {
    now_us = turn_us = 1700000000000000;
    keyspace_start();
    expire_set_active(true);
}

static void end(void) {
    expire_stop();
    keyspace_stop();
}

/* So much time goes by, then the loop looks at its timers. */
static void turn(int64_t pass_us) {
    now_us += pass_us;
    turn_us = now_us;
    timer_run_due(turn_us);
}

/* Adds keys that are due at once. */
static void make(struct db *db, size_t count) {
    static char value[VALUE_SIZE];
    for (size_t i = 0; i < count; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "key:%zu", made++);
        struct key key = db_key(db, (struct slice){name, (size_t)len});
        struct slice bytes = {value, sizeof value};
        struct entry *entry = entry_new(db->heap, key.text, bytes);
        db_add(&key, entry_set_expiry(db->heap, entry, key_time_ms() - 1));
    }
}

static void test_all_databases(void) {
    begin();
    make(keyspace_db(0), 5000);
    make(keyspace_db(3), 5000);
    make(keyspace_db(15), 10);
    turn(2 * UNIT_MS * 1000);
    for (int i = 0; i < 9; i++)
        turn(1);
    CHECK(keyspace_size(keyspace_db(0)) < 5000);
    CHECK(keyspace_size(keyspace_db(3)) < 5000);
    CHECK_INT(keyspace_size(keyspace_db(15)), 0);
    CHECK(keyspace_size(keyspace_db(0)) > 0);
    end();
}

/* A slice of time frees some fifty keys, and each turn brings a thousand. */
static void test_keeps_pace(void) {
    begin();
    struct db *db = keyspace_db(2);
    size_t most = 0;
    for (int i = 0; i < 200; i++) {
        make(db, 1000);
        turn(1);
        most = db->heap->bytes > most ? db->heap->bytes : most;
    }
    CHECK(most < 40 * MIB);
    for (int i = 0; i < 1000; i++)
        turn(UNIT_MS * 1000);
    CHECK_INT(keyspace_size(db), 0);
    end();
}

/* Where nothing is made, no turn is longer than a slice. */
static void test_never_long(void) {
    begin();
    struct db *db = keyspace_db(0);
    make(db, 50000);
    now_us += 2 * UNIT_MS * 1000;
    uint64_t turns = 0, cut_short = 0;
    while (keyspace_size(db) > 0) {
        size_t before = keyspace_size(db);
        stalled_us = 0;
        turn(1);
        turns++;
        cut_short += stalled_us >= EXPIRE_SLICE_US;
        CHECK(before - keyspace_size(db) < 500);
    }
    CHECK(turns > 100);
    CHECK_INT(cut_short, turns - 1);
    end();
}

/* While keys stay nothing is freed, and the timer does not run all the time;
 * when they go again, so does what came due meanwhile. */
static void test_kept_for_a_while(void) {
    begin();
    (void)db_judge(DB_STAYS);
    make(keyspace_db(1), 100);
    for (int i = 0; i < 10; i++)
        turn(UNIT_MS * 1000);
    CHECK_INT(keyspace_size(keyspace_db(1)), 100);
    CHECK_INT(timer_next_due_us(), INT64_MAX);
    (void)db_judge(DB_GOES);
    for (int i = 0; i < 10; i++)
        turn(1);
    CHECK_INT(keyspace_size(keyspace_db(1)), 0);
    end();
}

int main(void) {
    unit_test("expire: a busy database starves no other", test_all_databases);
    unit_test("expire: what is due keeps pace with what is made",
              test_keeps_pace);
    unit_test("expire: many that are due at once are no pause",
              test_never_long);
    unit_test("expire: keys that were kept for a while go then",
              test_kept_for_a_while);
    return unit_end();
}
