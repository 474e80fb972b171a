/* The loop: who hears what, when handlers change the list that it walks. */
#include "loop.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

/* All are ready, and every other one removes itself: each of them is called,
 * and none twice. */
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

/* One removes all others and puts new ones, which have nothing to report, into
 * their memory: reports for the old ones don't reach the new ones. */
static void replace_others(struct piped *piped) {
    piped->then = NULL;
    for (size_t i = 0; i < PIPES; i++)
        if (&pipes[i] != piped) {
            close_pipe(&pipes[i]);
            open_pipe(&pipes[i]);
        }
}

static void test_replace_others(void) {
    for (size_t i = 0; i < PIPES; i++) {
        open_pipe(&pipes[i]);
        send_byte(&pipes[i]);
        pipes[i].then = replace_others;
    }
    turn();
    turn();
    int heard = 0;
    for (size_t i = 0; i < PIPES; i++) {
        heard += pipes[i].heard;
        close_pipe(&pipes[i]);
    }
    CHECK_INT(heard, 1);
}

/* What a handler leaves unread is reported in each turn. */
static void test_left_unread(void) {
    open_pipe(&pipes[0]);
    for (int i = 0; i < 3; i++)
        send_byte(&pipes[0]);
    for (int turns = 1; turns <= 4; turns++) {
        turn();
        CHECK_INT(pipes[0].heard, turns < 3 ? turns : 3);
    }
    close_pipe(&pipes[0]);
}

/* A watch that asked for LOOP_WRITE hears when there is room, and no longer
 * when it has ceased to ask. */
static void hear_only(struct watch *watch, unsigned events) {
    struct piped *piped = (struct piped *)watch;
    piped->heard++;
    piped->last_events = events;
}

static void test_room_to_write(void) {
    static char bytes[65536];
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    struct piped full = {
        .watch = {.fd = ends[0], .events = LOOP_READ, .ready = hear_only}};
    loop_add(&full.watch);
    while (write(ends[0], bytes, sizeof bytes) > 0)
        continue;
    loop_change(&full.watch, LOOP_READ | LOOP_WRITE);
    turn();
    CHECK_INT(full.heard, 0);
    while (read(ends[1], bytes, sizeof bytes) > 0)
        continue;
    turn();
    CHECK_INT(full.heard, 1);
    CHECK_INT(full.last_events, LOOP_WRITE);
    loop_change(&full.watch, LOOP_READ);
    turn();
    CHECK_INT(full.heard, 1);
    loop_remove(&full.watch);
    close(ends[0]);
    close(ends[1]);
}

/* A snapshot's child may still have a descriptor open that we removed and
 * closed: it is no longer ours to hear of. */
static void test_child_has_it_open(void) {
    open_pipe(&pipes[0]);
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    loop_remove(&pipes[0].watch);
    close(pipes[0].watch.fd);
    send_byte(&pipes[0]);
    turn();
    CHECK_INT(pipes[0].heard, 0);
    close(pipes[0].writer);
    kill(child, SIGKILL);
    CHECK(waitpid(child, NULL, 0) == child);
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
    /* The end of the stream is reported even to a watch that asked for
     * nothing, and as both events, so that the next read or write meets it. */
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
    unit_test("a handler that puts others in their place", test_replace_others);
    unit_test("a handler that adds one", test_add);
    unit_test("what is left unread is reported again", test_left_unread);
    unit_test("room to write", test_room_to_write);
    unit_test("a child has a removed descriptor open", test_child_has_it_open);
    unit_test("events that were not asked for", test_events);
    unit_test("the loop sleeps until a timer is due", test_sleep);
    return unit_end();
}
