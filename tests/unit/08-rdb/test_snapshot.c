/* Snapshots: when the next one is due. */
#include "snapshot.c"

#include "keyspace.h"
#include "own_folder.h"
#include "unit.h"

enum { HOUR_S = 3600 };

/* One change, so that a snapshot is due in an hour; three would do in a minute.
 */
static void change_one(void) {
    char points[] = "3600 1 60 3";
    struct slice word = {points, sizeof points - 1};
    CHECK(save_points_set(&word, 1, false) == NULL);
    changes_saved = changes;
    snapshot_start();
    snapshot_saves = 0;
    snapshot_changed(1);
    CHECK(due_timer.slot != 0);
}

static bool woken;

static void wake(struct timer *timer) {
    (void)timer;
    woken = true;
}

/* Serves until the child has ended, and for some turns more, in which whoever
 * waits for that begins. */
static void settle(void) {
    struct timer timer = {.expired = wake};
    while (running)
        loop_turn();
    for (int turns = 0; turns < 3; turns++) {
        woken = false;
        timer_start(&timer, clock_monotonic_us());
        while (!woken)
            loop_turn();
    }
}

/* The moment at which a snapshot was due comes while one is being made. */
static void test_due_meanwhile(void) {
    change_one();
    saved_s -= 2 * HOUR_S;
    snapshot_reschedule();
    CHECK(snapshot_begin());
    settle();
    CHECK(!running && unsaved() == 0);
    CHECK_INT(snapshot_saves, 1);
}

/* So many changes come meanwhile that one would have been due. They are in
 * time: the minute begins when this one is done. */
static void test_changed_meanwhile(void) {
    change_one();
    CHECK(snapshot_begin());
    saved_s -= HOUR_S / 2;
    snapshot_changed(3);
    settle();
    CHECK(!running && unsaved() == 3 && due_timer.slot != 0);
    CHECK_INT(snapshot_saves, 1);
    timer_stop(&due_timer);
}

static const char *set_points(const char *text) {
    struct slice word = slice_of(text);
    return save_points_set(&word, 1, false);
}

static void check_points(const char *text, const char *due) {
    struct buf out = {0};
    CHECK(set_points(text) == NULL);
    save_points_get(&out);
    CHECK_TEXT(buf_len(&out) > 0 ? buf_bytes(&out) : "", buf_len(&out), due);
    buf_free(&out);
}

/* As Redis reads them, with strtoll(), after a split at each space. */
static void test_numbers(void) {
    check_points("99999999999999999999 1", "9223372036854775807 1");
    check_points("05 +1", "5 1");
    check_points("3600 ", "3600 0");
    CHECK(set_points("3600  1") != NULL);
    CHECK(set_points("3600 1 ") != NULL);
    CHECK(set_points(" 3600 1") != NULL);
    CHECK(set_points("5 -1") != NULL && set_points("0 1") != NULL);
    CHECK(set_points("1e3 1") != NULL && set_points(" ") != NULL);
    check_points("", "");
}

static void test_many_points(void) {
    char text[40 * 5 + 1];
    for (size_t at = 0; at < sizeof text - 1; at += 5)
        memcpy(text + at, "60 1 ", 6);
    text[sizeof text - 2] = '\0';
    check_points(text, text);
    check_points("", "");
}

/* The seconds of a point of 0 changes pass without any. */
static void test_no_changes(void) {
    changes_saved = changes;
    CHECK(set_points("60 1") == NULL);
    snapshot_reschedule();
    CHECK(due_timer.slot == 0);
    CHECK(set_points("60 0") == NULL);
    snapshot_reschedule();
    CHECK(due_timer.slot != 0);
    CHECK(set_points("") == NULL);
    snapshot_reschedule();
    CHECK(due_timer.slot == 0);
}

int main(void) {
    char name[] = "dump.rdb";
    own_folder_begin();
    config.dbfilename = name;
    keyspace_start();
    unit_test("a snapshot that falls due while one is made is not made after",
              test_due_meanwhile);
    unit_test("changes while a snapshot is made count for the next one",
              test_changed_meanwhile);
    unit_test("numbers of save points are read as Redis reads them",
              test_numbers);
    unit_test("any number of save points", test_many_points);
    unit_test("a save point of 0 changes needs none", test_no_changes);
    keyspace_stop();
    (void)unlink(name);
    own_folder_end();
    return unit_end();
}
