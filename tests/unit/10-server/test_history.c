/* Histories: which bytes of which one are part of ours. */
#include "history.h"

#include <string.h>

#include "unit.h"

static const char other[] = "0123456789abcdef0123456789abcdef01234567";
static const char none[] = "0000000000000000000000000000000000000000";

static void test_start(void) {
    history_start();
    char before[IDENTITY_LEN + 1];
    memcpy(before, history.id, sizeof before);
    CHECK_INT(strspn(before, "0123456789abcdef"), IDENTITY_LEN);
    CHECK(strcmp(history.second_id, none) == 0);
    CHECK_INT(history.second_offset, -1);
    CHECK(history_holds(before, 1));
    CHECK(!history_holds(other, 1));
    CHECK(!history_holds(none, 1)); /* no second history is not one */
    history_start();
    CHECK(strcmp(before, history.id) != 0);
}

static void test_promotion(void) {
    history_start();
    history_adopt(other, 4711);
    CHECK_INT(history.offset, 4711);
    CHECK(history_holds(other, 5000)); /* the backlog says how far */
    history_branch();
    CHECK(strcmp(history.id, other) != 0);
    CHECK_INT(history.second_offset, 4712);
    CHECK(history_holds(other, 4712));
    CHECK(!history_holds(other, 4713)); /* bytes that we never had */
    CHECK(history_holds(history.id, 4713));
    CHECK_INT(history.offset, 4711);
}

static void test_second_dies(void) {
    history_start();
    char first[IDENTITY_LEN + 1];
    memcpy(first, history.id, sizeof first);
    history.offset = 10;
    history_rename(other);
    CHECK(history_holds(first, 11));
    CHECK(history_holds(other, 11));
    history_adopt(other, 99);
    CHECK(!history_holds(first, 11));
}

int main(void) {
    unit_test("a new history is known to nobody", test_start);
    unit_test("who is promoted begins a branch", test_promotion);
    unit_test("another history replaces both", test_second_dies);
    return unit_end();
}
