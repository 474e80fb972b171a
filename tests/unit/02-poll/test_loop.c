/* The loop: who hears what, when handlers change the list that it walks. */
#include "loop.h"

#include <unistd.h>

#include "clock.h"
#include "timer.h"
#include "unit.h"

/* A pipe whose reading end is watched. */
enum { PIPES = 50 };
struct piped {
    struct watch watch; /* first, so that a watch is its pipe */
    int writer;
    int heard;
    unsigned last_events;
    void (*then)(struct piped *piped); /* what the handler does next, or NULL */
};
static struct piped pipes[PIPES];

static void on_ready(struct watch *watch, unsigned events) {
    struct piped *piped = (struct piped *)watch;
    char byte;
    piped->heard++;
    piped->last_events = events;
    CHECK(read(watch->fd, &byte, 1) >= 0);
    if (piped->then != NULL)
        piped->then(piped);
}

static void open_pipe(struct piped *piped) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    *piped = (struct piped){
        .watch = {.fd = ends[0], .events = LOOP_READ, .ready = on_ready},
        .writer = ends[1],
    };
    loop_add(&piped->watch);
}

static void send_byte(struct piped *piped) {
    CHECK(write(piped->writer, "", 1) == 1);
}

static void close_pipe(struct piped *piped) {
    loop_remove(&piped->watch);
    close(piped->watch.fd);
    close(piped->writer);
}

/* A turn that does not sleep, whatever is there. */
static void on_nothing(struct timer *timer) {
    (void)timer;
}
static void turn(void) {
    struct timer soon = {.expired = on_nothing};
    timer_start(&soon, clock_monotonic_us());
    loop_turn();
    timer_stop(&soon);
}

static void test_each_hears(void) {
    for (size_t i = 0; i < PIPES; i++)
        open_pipe(&pipes[i]);
    for (size_t i = 0; i < PIPES; i += 3)
        send_byte(&pipes[i]);
    turn();
    for (size_t i = 0; i < PIPES; i++)
        CHECK_INT(pipes[i].heard, i % 3 == 0);
    turn();
    for (size_t i = 0; i < PIPES; i++)
        CHECK_INT(pipes[i].heard, i % 3 == 0);
    for (size_t i = 0; i < PIPES; i++)
        close_pipe(&pipes[i]);
}

static void close_itself(struct piped *piped) {
    close_pipe(piped);
}

/* All are ready, and every other one removes itself: nobody is passed over,
 * nobody is called twice. */
static void test_remove_itself(void) {
    for (size_t i = 0; i < PIPES; i++) {
        open_pipe(&pipes[i]);
        send_byte(&pipes[i]);
        if (i % 2 == 0)
            pipes[i].then = close_itself;
    }
    turn();
    for (size_t i = 0; i < PIPES; i++)
        CHECK_INT(pipes[i].heard, 1);
    for (size_t i = 1; i < PIPES; i += 2)
        close_pipe(&pipes[i]);
}

/* One removes all others: none of them is called afterwards, whichever of
 * them came first. */
static void close_others(struct piped *piped) {
    for (size_t i = 0; i < PIPES; i++)
        if (&pipes[i] != piped && pipes[i].watch.fd >= 0) {
            close_pipe(&pipes[i]);
            pipes[i].watch.fd = -1;
        }
}

static void test_remove_others(void) {
    for (size_t i = 0; i < PIPES; i++) {
        open_pipe(&pipes[i]);
        send_byte(&pipes[i]);
        pipes[i].then = close_others;
    }
    turn();
    turn();
    int heard = 0, open = 0;
    for (size_t i = 0; i < PIPES; i++) {
        heard += pipes[i].heard;
        if (pipes[i].watch.fd >= 0) {
            open++;
            close_pipe(&pipes[i]);
        }
    }
    CHECK_INT(heard, 1);
    CHECK_INT(open, 1);
}

/* One that is added by a handler is heard from the next turn on. */
static struct piped added;

static void add_one(struct piped *piped) {
    open_pipe(&added);
    send_byte(&added);
    piped->then = NULL;
}

static void test_add(void) {
    open_pipe(&pipes[0]);
    send_byte(&pipes[0]);
    pipes[0].then = add_one;
    turn();
    CHECK_INT(pipes[0].heard, 1);
    CHECK_INT(added.heard, 0);
    turn();
    CHECK_INT(added.heard, 1);
    close_pipe(&added);
    close_pipe(&pipes[0]);
}

static void test_events(void) {
    open_pipe(&pipes[0]);
    loop_change(&pipes[0].watch, 0);
    send_byte(&pipes[0]);
    turn();
    CHECK_INT(pipes[0].heard, 0);
    loop_change(&pipes[0].watch, LOOP_READ);
    turn();
    CHECK_INT(pipes[0].heard, 1);
    CHECK_INT(pipes[0].last_events, LOOP_READ);
    /* The end of the stream is told even to who asked for nothing, and as
     * both events, so that the next read or write meets it. */
    loop_change(&pipes[0].watch, 0);
    close(pipes[0].writer);
    turn();
    CHECK_INT(pipes[0].heard, 2);
    CHECK_INT(pipes[0].last_events, LOOP_READ | LOOP_WRITE);
    loop_remove(&pipes[0].watch);
    close(pipes[0].watch.fd);
}

/* The loop sleeps until a timer is due: not less, and not much more. */
static int expired;
static void on_expired(struct timer *timer) {
    (void)timer;
    expired++;
}

static void test_sleep(void) {
    struct timer timer = {.expired = on_expired};
    int64_t start_us = clock_monotonic_us();
    timer_start(&timer, start_us + 20500);
    int turns = 0;
    for (; expired == 0 && turns < 100; turns++)
        loop_turn();
    int64_t slept_us = clock_monotonic_us() - start_us;
    CHECK_INT(turns, 1);
    CHECK(slept_us >= 20500);
    CHECK(slept_us < 5000000);
    CHECK(loop_now_us() - start_us <= slept_us);
}

int main(void) {
    unit_test("those hear that have something", test_each_hears);
    unit_test("handlers that remove themselves", test_remove_itself);
    unit_test("a handler that removes all others", test_remove_others);
    unit_test("a handler that adds one", test_add);
    unit_test("events that were not asked for", test_events);
    unit_test("the loop sleeps until a timer is due", test_sleep);
    return unit_end();
}
