/* Replies in both versions of the protocol, read by effects. */
#include <string.h>

#include "reply_reader.h"
#include "unit.h"

/* Reads one item, of which nothing may be left. */
static struct reply_item only(const char *bytes) {
    struct slice left = slice_of(bytes);
    struct reply_item item;
    CHECK(reply_read(&left, &item));
    CHECK(left.len == 0);
    return item;
}

static void test_heads(void) {
    CHECK(only("*3\r\n").kind == '*' && only("*3\r\n").number == 3);
    CHECK(only("~3\r\n").kind == '*' && only("~3\r\n").number == 3);
    CHECK(only("%3\r\n").kind == '*' && only("%3\r\n").number == 3);
}

static void test_nothing(void) {
    CHECK(only("*-1\r\n").number == -1);
    CHECK(only("_\r\n").kind == '*' && only("_\r\n").number == -1);
    CHECK(only("$-1\r\n").text.ptr == NULL);
}

static void test_values(void) {
    CHECK(slice_equal(only("$5\r\ngrape\r\n").text, slice_of("grape")));
    CHECK(slice_equal(only("+OK\r\n").text, slice_of("OK")));
    CHECK(only(":-7\r\n").number == -7);
    CHECK(only(",2.5\r\n").kind == '+');
    CHECK(slice_equal(only(",2.5\r\n").text, slice_of("2.5")));
}

static void test_keyed(void) {
    const char *const both[] = {"*2\r\n$1\r\nx\r\n*0\r\n", "$1\r\nx\r\n*0\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct slice left = slice_of(both[i]);
        struct reply_item key;
        CHECK(reply_read_keyed(&left, &key));
        CHECK(slice_equal(key.text, slice_of("x")));
        CHECK(slice_equal(left, slice_of("*0\r\n")));
    }
}

static void test_cut(void) {
    const char *const whole[] = {"$5\r\ngrape\r\n", "_\r\n",  ",2.5\r\n",
                                 "%1\r\n",          "?1\r\n", "_1\r\n"};
    struct reply_item item;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        size_t len = strlen(whole[i]);
        for (size_t cut = 0; cut < len; cut++) {
            struct slice left = {(char *)whole[i], cut};
            CHECK(!reply_read(&left, &item));
            CHECK(left.len == cut);
        }
    }
    struct slice left = slice_of("?1\r\n");
    CHECK(!reply_read(&left, &item));
    left = slice_of("_1\r\n");
    CHECK(!reply_read(&left, &item));
}

int main(void) {
    unit_test("arrays, sets and maps have a number of items", test_heads);
    unit_test("a null of either version", test_nothing);
    unit_test("texts and numbers", test_values);
    unit_test("a key with or without the head of a pair", test_keyed);
    unit_test("what is cut short, or is no item", test_cut);
    return unit_end();
}
