/* Children: how they ended, and who waits for that. */
#include "child.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "keyspace.h"
#include "loop.h"
#include "unit.h"

static int told;
static bool has_ended, has_begun;

static void ended(int status) {
    told = status;
    has_ended = true;
}

static void begin(void) {
    has_begun = true;
}

static int fail(void) {
    return 1;
}

static int wait_for_ever(void) {
    return pause();
}

/* Whoever started the server may ignore the ends of children, and that is
 * inherited. */
static void test_ignored(void) {
    signal(SIGCHLD, SIG_IGN);
    CHECK_INT(child_start(fail, ended), 0);
    while (!has_ended)
        loop_turn();
    CHECK(told != 0);
    CHECK(!child_running());
}

static void test_killed(void) {
    has_ended = false;
    CHECK_INT(child_start(wait_for_ever, ended), 0);
    child_when_free(begin);
    CHECK(!has_begun);
    CHECK(child_kill() > 0);
    CHECK(!child_running() && !has_begun);
    loop_turn();
    CHECK(has_begun && !has_ended);
}

/* What the server closes is closed, though a child was forked before. */
static void test_sockets(void) {
    int pair[2];
    char byte;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_INT(child_start(wait_for_ever, ended), 0);
    close(pair[0]);
    CHECK_INT(recv(pair[1], &byte, 1, 0), 0);
    close(pair[1]);
    CHECK(child_kill() > 0);
}

int main(void) {
    keyspace_start();
    unit_test("a child that failed has failed, its signal ignored or not",
              test_ignored);
    unit_test("who waits for a child hears of one that was killed",
              test_killed);
    unit_test("a child holds no connection open", test_sockets);
    keyspace_stop();
    return unit_end();
}
