/* The backlog: what readers see, and what it keeps for whom. */
#include "repl_backlog.h"

#include <string.h>

#include "unit.h"

enum { SIZE = REPL_BACKLOG_LEAST, START = 1000 };

/* The byte at a place of the history. */
static char byte_at(int64_t place) {
    return (char)(place % 251);
}

static int64_t written;

static void append(size_t len) {
    char bytes[4096];
    while (len > 0) {
        size_t part = len < sizeof bytes ? len : sizeof bytes;
        for (size_t i = 0; i < part; i++)
            bytes[i] = byte_at(written++);
        repl_backlog_append((struct slice){bytes, part});
        len -= part;
    }
}

static void begin(void) {
    repl_backlog_set_size(SIZE);
    repl_backlog_begin(START);
    written = START;
}

/* Reads so many bytes, in steps, and looks at each. */
static void read_on(struct repl_cursor *cursor, int64_t from, size_t len,
                    size_t step) {
    while (len > 0) {
        struct iovec piece;
        if (!CHECK(repl_cursor_look(cursor, &piece, 1) == 1))
            return;
        size_t part = piece.iov_len < step ? piece.iov_len : step;
        if (part > len)
            part = len;
        const char *bytes = piece.iov_base;
        for (size_t i = 0; i < part; i++)
            if (bytes[i] != byte_at(from + (int64_t)i)) {
                CHECK_INT(bytes[i], byte_at(from + (int64_t)i));
                return;
            }
        repl_cursor_advance(cursor, part);
        from += (int64_t)part;
        len -= part;
    }
}

static void test_empty(void) {
    CHECK(!repl_backlog_active());
    CHECK(!repl_backlog_reaches(0));
    begin();
    CHECK(repl_backlog_active());
    CHECK(repl_backlog_reaches(START));
    CHECK(!repl_backlog_reaches(START - 1));
    CHECK(!repl_backlog_reaches(START + 1));
    CHECK_INT(repl_backlog_len(), 0);
    repl_backlog_end();
    CHECK_INT(repl_backlog_memory(), 0);
}

static void test_reading(void) {
    static const size_t steps[] = {1, 7, 1024, 100000};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct repl_cursor cursor = {0};
        begin();
        repl_cursor_enter(&cursor, START);
        append(10000);
        CHECK_INT(repl_cursor_left(&cursor), 10000);
        read_on(&cursor, START, 10000, steps[i]);
        CHECK_INT(repl_cursor_left(&cursor), 0);
        struct iovec piece;
        CHECK_INT(repl_cursor_look(&cursor, &piece, 1), 0);
        append(3);
        read_on(&cursor, START + 10000, 3, steps[i]);
        repl_cursor_leave(&cursor);
        repl_backlog_end();
    }
}

/* Every place that is said to be there can be gone to. */
static void test_places(void) {
    begin();
    append(3 * SIZE);
    int64_t first = repl_backlog_first_place();
    CHECK(repl_backlog_len() >= SIZE);
    CHECK(repl_backlog_len() < SIZE + SIZE / 16);
    CHECK(!repl_backlog_reaches(first - 1));
    CHECK(!repl_backlog_reaches(written + 1));
    CHECK(!repl_backlog_reaches(INT64_MIN) && !repl_backlog_reaches(INT64_MAX));
    for (int64_t place = first; place <= written; place += 97) {
        struct repl_cursor cursor = {0};
        repl_cursor_enter(&cursor, place);
        CHECK_INT(repl_cursor_left(&cursor), (size_t)(written - place));
        if (place < written)
            read_on(&cursor, place, 1, 1);
        repl_cursor_leave(&cursor);
    }
    repl_backlog_end();
}

static void test_slow_reader(void) {
    struct repl_cursor slow = {0}, quick = {0};
    begin();
    repl_cursor_enter(&slow, START);
    repl_cursor_enter(&quick, START);
    for (int i = 0; i < 100; i++) {
        append(SIZE / 4);
        read_on(&quick, written - SIZE / 4, SIZE / 4, SIZE);
    }
    CHECK_INT(repl_cursor_left(&slow), 25 * SIZE);
    CHECK(repl_backlog_memory() >= 25 * SIZE);
    read_on(&slow, START, 20 * SIZE, 5000);
    CHECK(repl_backlog_memory() < 7 * SIZE);
    repl_cursor_leave(&slow);
    CHECK(repl_backlog_memory() < 2 * SIZE);
    repl_cursor_leave(&quick);
    repl_backlog_set_size(8 * SIZE);
    append(20 * SIZE);
    CHECK(repl_backlog_len() >= 8 * SIZE);
    repl_backlog_set_size(SIZE);
    CHECK(repl_backlog_len() < 2 * SIZE);
    repl_backlog_end();
}

/* One that has read all does not keep what comes after it has read on. */
static void test_caught_up(void) {
    struct repl_cursor cursor = {0};
    begin();
    append(SIZE / 16);
    repl_cursor_enter(&cursor, written);
    CHECK_INT(repl_cursor_left(&cursor), 0);
    append(1);
    read_on(&cursor, written - 1, 1, 1);
    append(4 * SIZE);
    CHECK_INT(repl_cursor_left(&cursor), 4 * SIZE);
    struct iovec pieces[4];
    CHECK_INT(repl_cursor_look(&cursor, pieces, 4), 4);
    repl_cursor_leave(&cursor);
    repl_backlog_end();
}

int main(void) {
    unit_test("it begins empty, at a place", test_empty);
    unit_test("a cursor reads what is appended, in any steps", test_reading);
    unit_test("every place that is reached can be gone to", test_places);
    unit_test("it keeps what the slowest needs, and no more", test_slow_reader);
    unit_test("who has read all goes on at the next byte", test_caught_up);
    return unit_end();
}
