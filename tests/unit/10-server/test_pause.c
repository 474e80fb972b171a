/* CLIENT PAUSE: what waits and until when, and in which order it runs. */

/* What runs a request that was held, and what follows it in the input, tell us;
 * so does who has keys judged anew. */
#define stage_judge_keys judged
#define stage_run ran
#define conn_offer_kept offered
#include "pause.c" /* NOLINT(bugprone-suspicious-include) */
#undef stage_judge_keys
#undef stage_run
#undef conn_offer_kept

#include "unit.h"

enum { CLIENTS = 3 };
static struct conn conns[CLIENTS];
static struct client clients[CLIENTS];

static int judgements;
static char order[20]; /* the names that have run */
static size_t runs;
static bool pauses_again; /* the first that runs pauses all */
static bool held_again;   /* the first that runs is held instead */

void judged(void) {
    judgements++;
}

void ran(struct client *client, struct request *request) {
    CHECK(!pause_waits(client));
    if (held_again) {
        held_again = false;
        pause_hold(client, request);
        return;
    }
    order[runs++] = request->argv[0].ptr[0];
    if (pauses_again)
        pause_begin(PAUSE_ALL, 5000);
    pauses_again = false;
}

void offered(struct conn *conn) {
    (void)conn;
}

static void on_bytes(struct watch *watch, unsigned events) {
    (void)watch;
    (void)events;
}

/* They are as good as connected. */
static void begin(void) {
    static const struct watch watch = {.fd = -1, .ready = on_bytes};
    for (int i = 0; i < CLIENTS; i++) {
        conns[i] = (struct conn){.watch = watch, .app = &clients[i]};
        clients[i] = (struct client){.conn = &conns[i]};
    }
    runs = 0;
    memset(order, 0, sizeof order);
}

static void hold(int client, const char *name) {
    char bytes[10];
    snprintf(bytes, sizeof bytes, "%s", name);
    struct slice argv[] = {{bytes, strlen(bytes)}};
    pause_hold(&clients[client], &(struct request){.argv = argv, .argc = 1});
    memset(bytes, '?', sizeof bytes); /* as a read buffer is used again */
}

static const struct command get = {.name = "get", .flags = CMD_READONLY};
static const struct command set = {.name = "set", .flags = CMD_WRITE};
static const struct command publish = {.name = "publish",
                                       .flags = CMD_MAY_REPLICATE};

static void test_mode(void) {
    begin();
    pause_begin(PAUSE_WRITES, 1000);
    int64_t end_us = until_us;
    CHECK(pause_holds(&clients[0], &set));
    CHECK(pause_holds(&clients[0], &publish));
    CHECK(!pause_holds(&clients[0], &get));
    /* One that waits for a key does not take it now. */
    clients[0].state.waiter = (struct waiter *)&conns[0];
    CHECK(pause_holds(&clients[0], &set));
    clients[0].state.waiter = NULL;
    pause_begin(PAUSE_ALL, 1); /* stronger, and not shorter */
    CHECK(pause_holds(&clients[0], &get));
    CHECK_INT(until_us, end_us);
    pause_begin(PAUSE_WRITES, 5000); /* longer, and not weaker */
    CHECK_INT(pause_mode, PAUSE_ALL);
    CHECK(until_us > end_us);
    pause_begin(PAUSE_ALL, INT64_MAX);
    CHECK_INT(until_us, INT64_MAX);
    CHECK_INT(judgements, 4);
    pause_end();
    CHECK_INT(pause_mode, PAUSE_NONE);
    pause_begin(PAUSE_ALL, 0);
    CHECK_INT(pause_mode, PAUSE_NONE);
}

static void test_exempt(void) {
    begin();
    pause_begin(PAUSE_ALL, 1000);
    conns[0].out.class = OUTPUT_REPLICA;
    CHECK(!pause_holds(&clients[0], &set));
    clients[1].state.special = CLIENT_MONITOR;
    CHECK(!pause_holds(&clients[1], &set));
    conns[2].watch.ready = NULL; /* it is detached */
    CHECK(!pause_holds(&clients[2], &set));
    pause_end();
}

/* For other reasons writes wait, whatever CLIENT PAUSE does meanwhile. */
static void test_kept(void) {
    pause_keep(PAUSE_OF_FAILOVER, true);
    pause_keep(PAUSE_OF_SHUTDOWN, true);
    pause_begin(PAUSE_ALL, 1000);
    CHECK_INT(pause_mode, PAUSE_ALL);
    pause_end();
    CHECK_INT(pause_mode, PAUSE_WRITES);
    pause_keep(PAUSE_OF_FAILOVER, false);
    CHECK_INT(pause_mode, PAUSE_WRITES);
    pause_keep(PAUSE_OF_SHUTDOWN, false);
    CHECK_INT(pause_mode, PAUSE_NONE);
}

static void test_order(void) {
    begin();
    pause_begin(PAUSE_ALL, 1000);
    hold(0, "a");
    hold(1, "b");
    hold(2, "c");
    CHECK_INT(pause_count(), 3);
    CHECK(pause_waits(&clients[1]) && conns[1].idle.off);
    pause_forget(&clients[1]);
    pause_forget(&clients[1]);
    CHECK_INT(pause_count(), 2);
    hold(1, "d");
    CHECK_INT(runs, 0);
    pause_end();
    CHECK_INT(runs, 0); /* not before the end of the turn */
    CHECK(pause_waits(&clients[1]) && pause_is_over(&clients[1]));
    CHECK_INT(pause_count(), 0);
    timer_run_due(loop_now_us());
    CHECK_TEXT(order, runs, "acd");
    CHECK_INT(pause_count(), 0);
    CHECK(!conns[1].idle.off);
}

/* Another pause begins before the end of the turn: who was to run is held
 * again, behind whom the new pause has held meanwhile. */
static void test_again(void) {
    begin();
    pause_begin(PAUSE_ALL, 1000);
    hold(0, "a");
    pause_end();
    pause_begin(PAUSE_ALL, 1000);
    hold(1, "b");
    CHECK(pause_is_over(&clients[0]) && !pause_is_over(&clients[1]));
    held_again = true;
    timer_run_due(loop_now_us());
    CHECK_INT(runs, 0);
    CHECK_INT(pause_count(), 2);
    pause_end();
    timer_run_due(loop_now_us());
    CHECK_TEXT(order, runs, "ba");
}

/* Its time is over by itself; and who is held meanwhile is not run in the same
 * round. */
static void test_time(void) {
    begin();
    pause_begin(PAUSE_ALL, 1000);
    hold(0, "a");
    timer_run_due(until_us - 1);
    CHECK_INT(pause_mode, PAUSE_ALL);
    pauses_again = true;
    timer_run_due(until_us);
    timer_run_due(loop_now_us());
    CHECK_TEXT(order, runs, "a");
    CHECK_INT(pause_mode, PAUSE_ALL);
    hold(0, "b");
    pause_forget(&clients[0]); /* the last one */
    hold(1, "c");
    pause_end();
    timer_run_due(loop_now_us());
    CHECK_TEXT(order, runs, "ac");
    pause_stop();
}

int main(void) {
    unit_test("the later end and the stronger mode hold", test_mode);
    unit_test("some never wait", test_exempt);
    unit_test("writes wait for as long as any reason holds", test_kept);
    unit_test("who waits runs in the order of coming", test_order);
    unit_test("who is held again is the last", test_again);
    unit_test("it ends by itself, and may begin anew", test_time);
    return unit_end();
}
