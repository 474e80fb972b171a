/* Requests parsed in one loop, beside the parser that can stop anywhere. */
#include "short_request.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { ROOM = 4 };

/* What the request before it has left must not matter. */
static struct request request_with_room(void) {
    struct request request = {.room = ROOM, .bulk = 65536};
    request.argv = malloc(ROOM * sizeof *request.argv);
    return request;
}

/* Judges the bytes by both. What the short form takes is what the other makes
 * of it; what it leaves is as if nobody had looked. Returns true if it was
 * taken. */
static bool same(const char *text, size_t len) {
    char *bytes = malloc(len + 1);
    memcpy(bytes, text, len);
    struct request one = request_with_room(), other = request_with_room();
    char error[RESP_ERROR_SIZE];
    bool taken = short_request(&one, bytes, len);
    enum resp_status status = resp_parse(&other, bytes, len, error);
    if (taken) {
        CHECK(status == RESP_DONE);
        CHECK(one.size == other.size && one.argc == other.argc);
        CHECK(one.wanted == other.wanted && one.bulk == other.bulk);
        for (size_t i = 0; i < one.argc && i < other.argc; i++)
            CHECK(one.argv[i].ptr == other.argv[i].ptr &&
                  one.argv[i].len == other.argv[i].len);
    } else {
        CHECK(one.argc == 0 && one.size == 0 && !one.begun);
    }
    request_free(&one);
    request_free(&other);
    free(bytes);
    return taken;
}

static void test_taken(void) {
    static const char *const texts[] = {
        "*1\r\n$4\r\nPING\r\n",
        "*2\r\n$3\r\nGET\r\n$5\r\nfruit\r\n",
        "*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n",
        "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$12\r\nabcdefghijkl\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t whole = strlen(texts[i]);
        for (size_t len = 1; len <= whole; len++)
            CHECK(same(texts[i], len) == (len == whole));
    }
}

static void test_left(void) {
    static const char *const texts[] = {
        "PING\r\n",
        "*0\r\n",
        "*-1\r\n",
        "*01\r\n$4\r\nPING\r\n",
        "*1\r\n$0\r\n\r\n",
        "*1\r\n$-1\r\n",
        "*1\r\n$04\r\nPING\r\n",
        "*1\r\n:4\r\nPING\r\n",
        "*1\r\n$10000\r\nPING\r\n",
        "*5\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!same(texts[i], strlen(texts[i])));
}

/* Bytes of a request, some of them spoilt. */
static void test_spoilt(void) {
    static const char good[] =
        "*3\r\n$3\r\nSET\r\n$5\r\nfruit\r\n$4\r\nplum\r\n";
    static const char other[] = "*$\r\n0129-x";
    for (size_t at = 0; at < sizeof good - 1; at++)
        for (size_t i = 0; i < sizeof other - 1; i++) {
            char bytes[sizeof good];
            memcpy(bytes, good, sizeof good);
            bytes[at] = other[i];
            (void)same(bytes, sizeof good - 1);
        }
}

int main(void) {
    unit_test("whole requests are taken, parts are left", test_taken);
    unit_test("other requests are left", test_left);
    unit_test("spoilt requests are taken as the parser takes them",
              test_spoilt);
    return unit_end();
}
