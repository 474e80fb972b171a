/* Output that many connections share: order, whatever the socket takes, and one
 * copy; and the limits of a class. */
#include "output.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "loop.h"
#include "unit.h"
#include "xalloc.h"

/* Connections of the test, and the peers' ends. */
enum { MOST = 1000 };
static struct conn *conns[MOST];
static int peers[MOST];

static void open_conns(size_t count) {
    for (size_t i = 0; i < count; i++) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
            abort();
        peers[i] = ends[1];
        conns[i] = xcalloc(1, sizeof *conns[i]);
        conns[i]->watch.fd = ends[0];
        conns[i]->pending = true; /* nobody but the test sends */
    }
}

static void close_conns(size_t count) {
    for (size_t i = 0; i < count; i++) {
        output_free(&conns[i]->out);
        close(conns[i]->watch.fd);
        close(peers[i]);
        free(conns[i]);
    }
}

/* Bytes that differ from those of other numbers. */
static struct slice fill(char *room, size_t len, unsigned number) {
    for (size_t i = 0; i < len; i++)
        room[i] = (char)(i * 31 + number * 7 + 1);
    return (struct slice){room, len};
}

/* All that should come, in order. */
static struct buf due;

static void append_own(struct conn *conn, size_t len, unsigned number) {
    char room[5000];
    struct slice bytes = fill(room, len, number);
    buf_append(conn_out(conn), bytes.ptr, len);
    buf_append(&due, bytes.ptr, len);
}

static void append_shared(struct conn *conn, size_t len, unsigned number) {
    char room[5000];
    struct slice bytes = fill(room, len, number);
    struct shared shared = shared_new(bytes.ptr, len);
    output_share(conn, &shared);
    shared_release(&shared);
    buf_append(&due, bytes.ptr, len);
}

static struct shared_run run;

static void append_to_run(struct conn *conn, size_t len, unsigned number) {
    char room[5000];
    struct slice bytes = fill(room, len, number);
    struct shared shared = shared_append(&run, bytes.ptr, len);
    output_share(conn, &shared);
    shared_release(&shared);
    buf_append(&due, bytes.ptr, len);
}

/* Sends and receives until nothing waits, at most so many bytes a time, and
 * checks what came. */
static void check_all_comes(struct conn *conn, int peer, size_t at_most) {
    struct buf came = {0};
    char room[1 << 16];
    while (output_len(&conn->out) > 0) {
        size_t before = output_len(&conn->out);
        ssize_t sent = output_send(&conn->out, conn->watch.fd);
        CHECK(sent >= 0);
        CHECK_INT(output_len(&conn->out), (ssize_t)before - sent);
        ssize_t got = recv(peer, room, at_most, 0);
        if (got > 0)
            buf_append(&came, room, (size_t)got);
    }
    for (ssize_t got; (got = recv(peer, room, sizeof room, 0)) > 0;)
        buf_append(&came, room, (size_t)got);
    CHECK_BYTES(buf_bytes(&came), buf_len(&came), buf_bytes(&due),
                buf_len(&due));
    buf_free(&came);
    buf_free(&due);
    CHECK_INT(output_shared_count(&conn->out), 0);
    CHECK_INT(shared_memory(), 0);
}

static void test_order(void) {
    open_conns(1);
    append_own(conns[0], 10, 1);
    append_shared(conns[0], 1000, 2);
    append_shared(conns[0], 2000, 3);
    append_shared(conns[0], 20, 4);
    append_own(conns[0], 30, 5);
    append_shared(conns[0], 4000, 6);
    append_own(conns[0], 40, 7);
    CHECK_INT(output_shared_count(&conns[0]->out), 4);
    CHECK_INT(output_len(&conns[0]->out), buf_len(&due));
    check_all_comes(conns[0], peers[0], sizeof due);
    close_conns(1);
}

/* More pieces than the kernel is given at a time, and a socket that takes a
 * few thousand bytes and stops anywhere. */
static void test_partial_writes(void) {
    open_conns(1);
    int small = 4096;
    (void)setsockopt(conns[0]->watch.fd, SOL_SOCKET, SO_SNDBUF, &small,
                     sizeof small);
    uint64_t random = 5;
    for (unsigned i = 0; i < 3000; i++) {
        size_t len = 1 + (size_t)unit_random_below(&random, 3000);
        size_t kind = (size_t)unit_random_below(&random, 5);
        if (kind == 0)
            append_own(conns[0], len, i);
        else if (kind == 1)
            append_shared(conns[0], len, i);
        else
            append_to_run(conns[0], len, i);
    }
    shared_run_end(&run);
    check_all_comes(conns[0], peers[0], 1777);
    close_conns(1);
}

/* What is sent in part goes on when more is appended. */
static void test_appends_between_writes(void) {
    open_conns(1);
    struct conn *conn = conns[0];
    int small = 4096;
    (void)setsockopt(conn->watch.fd, SOL_SOCKET, SO_SNDBUF, &small,
                     sizeof small);
    for (unsigned i = 0; i < 200; i++) {
        append_shared(conn, 4000, i);
        CHECK(output_send(&conn->out, conn->watch.fd) >= 0);
        append_own(conn, 100 + i, i + 1);
        append_to_run(conn, 100 + i, i + 2);
        CHECK(output_send(&conn->out, conn->watch.fd) >= 0);
        append_to_run(conn, 200 + i, i + 3);
    }
    shared_run_end(&run);
    check_all_comes(conn, peers[0], 3001);
    close_conns(1);
}

static void test_one_copy(void) {
    open_conns(MOST);
    char room[1024];
    struct shared shared = shared_new(fill(room, sizeof room, 1).ptr, 1024);
    size_t once = shared_memory();
    CHECK_INT(once, sizeof *shared.block + 1024);
    for (size_t i = 0; i < MOST; i++)
        output_share(conns[i], &shared);
    shared_release(&shared);
    CHECK_INT(shared_memory(), once);
    CHECK_INT(shared.block->references, MOST);
    for (size_t i = 0; i < MOST; i++) {
        CHECK_INT(shared_memory(), once);
        CHECK_INT(buf_len(&conns[i]->out.buf), 0);
        if (i % 2 == 0) /* the others leave without having read it */
            CHECK_INT(output_send(&conns[i]->out, conns[i]->watch.fd), 1024);
        else
            output_free(&conns[i]->out);
    }
    CHECK_INT(shared_memory(), 0);
    close_conns(MOST);
}

/* Blocks of one, two, four ... messages: seven pieces at first, and one or two
 * once they are large. */
static void test_run_is_sent_in_few_pieces(void) {
    open_conns(2);
    for (unsigned i = 0; i < 64; i++)
        append_to_run(conns[0], 100, i);
    CHECK_INT(output_shared_count(&conns[0]->out), 7);
    CHECK_INT(output_len(&conns[0]->out), 6400);
    CHECK(output_send(&conns[0]->out, conns[0]->watch.fd) == 6400);
    for (unsigned i = 0; i < 64; i++)
        append_to_run(conns[0], 100, i);
    CHECK_INT(output_shared_count(&conns[0]->out), 2);
    /* Who comes later begins in the middle of a block. */
    append_to_run(conns[1], 100, 64);
    CHECK_INT(output_len(&conns[1]->out), 100);
    output_free(&conns[1]->out);
    shared_run_end(&run);
    buf_consume(&due, 12900);
    output_free(&conns[0]->out);
    CHECK_INT(shared_memory(), 0);
    close_conns(2);
}

/* Own bytes between two things of a run part them. */
static void test_own_bytes_in_a_run(void) {
    open_conns(1);
    for (unsigned i = 0; i < 4; i++)
        append_to_run(conns[0], 100, i);
    CHECK_INT(output_shared_count(&conns[0]->out), 3);
    append_own(conns[0], 1, 5);
    append_to_run(conns[0], 100, 6);
    append_to_run(conns[0], 100, 7);
    CHECK_INT(output_shared_count(&conns[0]->out), 4);
    shared_run_end(&run);
    check_all_comes(conns[0], peers[0], sizeof due);
    close_conns(1);
}

/* A single message leaves no memory behind, however large. */
static void test_run_of_one(void) {
    struct shared shared = shared_append(&run, (char[100000]){0}, 100000);
    CHECK_INT(shared_memory(), sizeof *shared.block + 100000);
    shared_release(&shared);
    CHECK_INT(shared_memory(), 0);
    shared_run_end(&run);
}

static void set_limits(const char *text) {
    struct slice word = slice_of(text);
    CHECK(output_limits_set(&word, 1) == NULL);
}

static void test_hard_limit(void) {
    open_conns(2);
    set_limits("pubsub 10000 0 0"); /* behind the first 16384 */
    output_set_class(conns[0], OUTPUT_PUBSUB);
    struct shared shared = shared_new((char[13193]){0}, 13193);
    for (int i = 0; i < 2; i++) {
        CHECK(!conns[0]->out.is_cut);
        output_share(conns[0], &shared);
        output_share(conns[1], &shared);
    }
    CHECK(conns[0]->out.is_cut && conns[0]->ending);
    CHECK(!conns[1]->out.is_cut && !conns[1]->ending);
    /* It is still there for whoever walks a list, and gets nothing more. */
    CHECK(!conns[0]->closed);
    output_share(conns[0], &shared);
    buf_append(conn_out(conns[0]), "+OK\r\n", 5);
    CHECK_INT(output_shared_count(&conns[0]->out), 0);
    CHECK_INT(output_send(&conns[0]->out, conns[0]->watch.fd), -1);
    char byte;
    CHECK_INT(recv(peers[0], &byte, 1, 0), -1);
    shared_release(&shared);
    set_limits("pubsub 32mb 8mb 60");
    close_conns(2);
}

static void test_own_output_over_hard_limit(void) {
    open_conns(1);
    set_limits("normal 10000 0 0");
    buf_append(conn_out(conns[0]), (char[26384]){0}, 26384);
    CHECK(!conn_full(conns[0]));
    buf_append(conn_out(conns[0]), "", 1);
    CHECK(conn_full(conns[0]));
    CHECK_INT(output_send(&conns[0]->out, conns[0]->watch.fd), -1);
    set_limits("normal 0 0 0");
    close_conns(1);
}

/* The clock of the soft limit runs from when it is exceeded until enough has
 * been read. */
static void test_soft_limit(void) {
    open_conns(1);
    struct conn *conn = conns[0];
    set_limits("replica 0 100000 60");
    output_set_class(conn, OUTPUT_REPLICA);
    CHECK_INT(conn->out.soft.slot, 0);
    static char many[1000000], room[100000];
    buf_append(conn_out(conn), many, sizeof many);
    CHECK(output_send(&conn->out, conn->watch.fd) > 0);
    CHECK(conn->out.soft.slot != 0);
    int64_t due_us = conn->out.soft.due_us;
    CHECK_INT(due_us, loop_now_us() + 60 * 1000000);
    CHECK(output_send(&conn->out, conn->watch.fd) >= 0);
    CHECK_INT(conn->out.soft.due_us, due_us);
    /* If the time is changed meanwhile, the new one is counted from the same
     * moment. */
    output_soft_time_changed(conn, -57);
    CHECK_INT(conn->out.soft.due_us, due_us - 57 * 1000000);
    output_soft_time_changed(conn, 57);
    CHECK_INT(conn->out.soft.due_us, due_us);
    CHECK(!conn_full(conn));
    while (output_len(&conn->out) > 100000) {
        CHECK(conn->out.soft.slot != 0);
        while (recv(peers[0], room, sizeof room, 0) > 0)
            continue;
        CHECK(output_send(&conn->out, conn->watch.fd) > 0);
    }
    CHECK_INT(conn->out.soft.slot, 0);
    set_limits("replica 256mb 64mb 60");
    close_conns(1);
}

/* The time is over in the very turn in which the limit is raised. */
static void test_soft_limit_raised(void) {
    open_conns(1);
    struct conn *conn = conns[0];
    set_limits("normal 0 100000 60");
    static char many[8000000];
    buf_append(conn_out(conn), many, sizeof many);
    CHECK(output_send(&conn->out, conn->watch.fd) > 0);
    CHECK(conn->out.soft.slot != 0);
    set_limits("normal 0 8mb 0");
    timer_run_due(conn->out.soft.due_us);
    CHECK(!conn->closed);
    CHECK_INT(conn->out.soft.slot, 0);
    set_limits("normal 0 0 0");
    output_soft_time_changed(conn, 1);
    CHECK_INT(conn->out.soft.slot, 0); /* no time runs that could change */
    close_conns(1);
}

static void check_setting(const char *value, const char *wrong,
                          const char *then) {
    struct slice word = slice_of(value);
    const char *said = output_limits_set(&word, 1);
    CHECK((said == NULL) == (wrong == NULL));
    if (said != NULL && wrong != NULL)
        CHECK(strstr(said, wrong) != NULL);
    struct buf shown = {0};
    output_limits_get(&shown);
    CHECK_TEXT(buf_bytes(&shown), buf_len(&shown), then);
    buf_free(&shown);
}

static void test_setting(void) {
    check_setting("", NULL,
                  "normal 0 0 0 slave 268435456 67108864 60 "
                  "pubsub 33554432 8388608 60");
    check_setting("replica 1mb 2kb 3", NULL,
                  "normal 0 0 0 slave 1048576 2048 3 "
                  "pubsub 33554432 8388608 60");
    const char *last = "normal 1 2 3 slave 5 6 7 pubsub 33554432 8388608 60";
    check_setting("SLAVE 5 6 7 normal 1 2 3", NULL, last);
    check_setting("master 1 2 3", "Invalid client class", last);
    check_setting("normal 9 9 9 nobody 1 2 3", "Invalid client class", last);
    check_setting("normal 9 9", "Wrong number of arguments", last);
    check_setting(" normal 9 9 9", "Wrong number of arguments", last);
    check_setting("normal -1 0 0", "Error in hard, soft or soft_seconds", last);
    check_setting("normal 0 0 1kb", "Error in hard, soft or soft_seconds",
                  last);
    set_limits("normal 0 0 0 replica 256mb 64mb 60");
}

int main(void) {
    unit_test("own and shared bytes go in order", test_order);
    unit_test("a write may end anywhere", test_partial_writes);
    unit_test("more may come between two writes", test_appends_between_writes);
    unit_test("a message to a thousand lies once in memory", test_one_copy);
    unit_test("a run is sent in few pieces", test_run_is_sent_in_few_pieces);
    unit_test("own bytes part a run", test_own_bytes_in_a_run);
    unit_test("a run of one message leaves nothing", test_run_of_one);
    unit_test("who is over the hard limit is cut, later", test_hard_limit);
    unit_test("own replies count, too", test_own_output_over_hard_limit);
    unit_test("the soft limit has a clock", test_soft_limit);
    unit_test("a raised limit is heeded at once", test_soft_limit_raised);
    unit_test("the setting, as Redis reads and shows it", test_setting);
    output_spares_free();
    return unit_end();
}
