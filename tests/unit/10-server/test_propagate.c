/* What the listeners hear of transactions. The tests of stage 09 are here for
 * their listener, and run as well. */
#define main tests_of_09
#include "../09-aof/test_propagate.c"
#undef main

#include "watched.h"

/* A transaction of reads tells nothing, and one effect has no MULTI. */
static void test_small_transactions(void) {
    run("SET k v");
    heard[0] = '\0';
    run("MULTI");
    run("GET k");
    run("EXEC");
    check_heard("");
    run("MULTI");
    run("GET k");
    run("INCR n");
    check_heard("");
    run("EXEC");
    check_heard("INCR n ; | ");
}

/* All commands of a transaction are one unit, in whichever databases; and so is
 * a key whose time has come, and what one of them says in several effects. */
static void test_one_unit(void) {
    now_ms = 7000;
    run("SET old v PXAT 8000");
    run("XADD s 3-3 a b");
    heard[0] = '\0';
    now_ms = 9000;
    run("MULTI");
    run("GET old");
    run("XREADGROUP GROUP g me NOACK STREAMS s >");
    run("SELECT 3");
    run("SET k v");
    run("LPUSH k v"); /* WRONGTYPE */
    run("SELECT 0");
    run("EXEC");
    check_heard("MULTI ; DEL old ; XGROUP CREATECONSUMER s g me ; "
                "XGROUP SETID s g 3-3 ENTRIESREAD 2 ; "
                "SELECT 3 ; SET k v ; EXEC ; | ");
}

/* What a transaction was to do is told by nobody when it is not run. */
static void test_not_run(void) {
    run("MULTI");
    run("SET k v");
    run("DISCARD");
    run("WATCH n");
    run("INCR n");
    run("MULTI");
    run("SET k v");
    run("EXEC");
    check_heard("SELECT 0 ; INCR n ; | ");
}

int main(void) {
    start();
    watched_start();
    test_all();
    unit_test("a small transaction is told without MULTI",
              test_small_transactions);
    unit_test("a transaction is one unit", test_one_unit);
    unit_test("a transaction that did not run is not told", test_not_run);
    stop();
    watched_stop();
    return unit_end();
}
