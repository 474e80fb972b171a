/* Transactions: what is told of them, what is kept for them, and whom a change
 * marks, compared at random with a plain model. */
#include <stdlib.h>

#include "ask.h"
#include "unit.h"

/* The stage itself, which tells what was changed to us alone, and hears from us
 * whether the disk is full. */
#define stage_propagated told_by_stage
#define stage_keeps_copies kept_by_stage
#define snapshot_error disk_error
#include "stage.c"
#undef stage_propagated
#undef stage_keeps_copies
#undef snapshot_error

static const char *full;

const char *disk_error(void) {
    return full;
}

static struct buf told;

bool stage_keeps_copies(void) {
    return true;
}

void stage_propagated(struct slice bytes) {
    buf_append(&told, bytes.ptr, bytes.len);
}

enum { CLIENTS = 4 };
static struct client *clients[CLIENTS];

static void check_reply(const char *words, const char *reply) {
    struct slice said = ask(clients[0], words);
    CHECK_BYTES(said.ptr, said.len, reply, strlen(reply));
}

static void check_told(const char *bytes) {
    CHECK_BYTES(buf_len(&told) > 0 ? buf_bytes(&told) : "", buf_len(&told),
                bytes, strlen(bytes));
    buf_free(&told);
}

#define MULTI "*1\r\n$5\r\nMULTI\r\n"
#define EXEC "*1\r\n$4\r\nEXEC\r\n"
#define INCR "*2\r\n$4\r\nINCR\r\n$1\r\na\r\n"
#define WRONG_TYPE \
    "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"

static void test_one_unit(void) {
    check_reply("SET a 1", "+OK\r\n");
    buf_free(&told);
    check_reply("MULTI", "+OK\r\n");
    check_reply("INCR a", "+QUEUED\r\n");
    check_reply("INCR a", "+QUEUED\r\n");
    check_told("");
    check_reply("EXEC", "*2\r\n:2\r\n:3\r\n");
    check_told(MULTI INCR INCR EXEC);
    check_reply("MULTI", "+OK\r\n");
    check_reply("LPUSH a x", "+QUEUED\r\n");
    check_reply("INCR a", "+QUEUED\r\n");
    check_reply("GET a", "+QUEUED\r\n");
    check_reply("EXEC", "*3\r\n" WRONG_TYPE ":4\r\n$1\r\n4\r\n");
    check_told(INCR); /* one effect is whole by itself */
    check_reply("MULTI", "+OK\r\n");
    check_reply("GET a", "+QUEUED\r\n");
    check_reply("EXEC", "*1\r\n$1\r\n4\r\n");
    check_told("");
}

#define SET "*3\r\n$3\r\nSET\r\n$1\r\nr\r\n$1\r\n1\r\n"
#define DEL "*2\r\n$3\r\nDEL\r\n$1\r\nr\r\n"

/* What was written before that is in the history of the role before. */
static void test_role(void) {
    check_reply("MULTI", "+OK\r\n");
    check_reply("SET r 1", "+QUEUED\r\n");
    check_reply("REPLICAOF NO ONE", "+QUEUED\r\n");
    check_reply("SET r 1", "+QUEUED\r\n");
    check_reply("DEL r", "+QUEUED\r\n");
    check_reply("EXEC", "*4\r\n+OK\r\n+OK\r\n+OK\r\n:1\r\n");
    check_told(SET MULTI SET DEL EXEC);
}

/* The disk is full when EXEC comes, and was not before. */
static void test_refused_late(void) {
    check_reply("MULTI", "+OK\r\n");
    check_reply("GET a", "+QUEUED\r\n");
    check_reply("INCR a", "+QUEUED\r\n");
    full = "MISCONF The disk is full";
    check_reply("EXEC", "-EXECABORT Transaction discarded because of: MISCONF "
                        "The disk is full\r\n");
    check_reply("EXEC", "-ERR EXEC without MULTI\r\n");
    check_reply("MULTI", "+OK\r\n");
    check_reply("GET a", "+QUEUED\r\n");
    check_reply("EXEC", "*1\r\n$1\r\n4\r\n");
    full = NULL;
    check_told("");
}

/* More than a chunk, and one that is larger than a chunk. */
static void test_memory(void) {
    char words[200];
    check_reply("MULTI", "+OK\r\n");
    CHECK_INT((int64_t)multi_bytes(clients[0]), 0);
    for (int i = 0; i < 1000; i++) {
        snprintf(words, sizeof words, "ECHO word-%d", i);
        check_reply(words, "+QUEUED\r\n");
    }
    CHECK_INT((int64_t)multi_count(clients[0]), 1000);
    CHECK(multi_bytes(clients[0]) < 1000 * 160);
    static char large[10000];
    memset(large, 'x', sizeof large);
    struct slice argv[] = {{(char *)"ECHO", 4}, {large, sizeof large}};
    struct request request = {.argv = argv, .argc = 2};
    stage_run(clients[0], &request);
    memset(large, '?', sizeof large);
    check_reply("ECHO last", "+QUEUED\r\n");
    struct slice said = ask(clients[0], "EXEC");
    CHECK_BYTES(said.ptr, 20, "*1002\r\n$6\r\nword-0\r\n$", 20);
    CHECK_BYTES(said.ptr + said.len - 30, 30,
                "xxxxxxxxxxxxxxxxxx\r\n$4\r\nlast\r\n", 30);
    CHECK(!multi_open(clients[0]));
}

/* A client that leaves within a transaction; what it keeps is freed. */
static void test_leaving(void) {
    struct client *client = detached_new();
    (void)ask(client, "WATCH a b");
    (void)ask(clients[0], "WATCH b a");
    (void)ask(client, "MULTI");
    (void)ask(client, "SET a 5");
    detached_free(client);
    check_reply("UNWATCH", "+OK\r\n");
    check_reply("GET a", "$1\r\n4\r\n");
}

/* The model: what each client watches, and what is there. */

enum { KEYS = 3, DATABASES = 2, STEPS = 20000 };

static struct {
    int database;
    bool watches[DATABASES][KEYS], was_there[DATABASES][KEYS];
    bool changed;
} model[CLIENTS];
static bool there[DATABASES][KEYS];
static uint64_t random_state = 1;

static void model_forget(int client) {
    memset(model[client].watches, 0, sizeof model[client].watches);
    model[client].changed = false;
}

static void model_changed(int database, int key) {
    for (int c = 0; c < CLIENTS; c++)
        if (model[c].watches[database][key])
            model[c].changed = true;
}

/* A database has other keys now: it matters to who had one, or has one. */
static void model_replaced(int database) {
    for (int c = 0; c < CLIENTS; c++)
        for (int k = 0; k < KEYS; k++)
            if (model[c].watches[database][k] &&
                (model[c].was_there[database][k] || there[database][k]))
                model[c].changed = true;
}

static void model_flush(int database) {
    memset(there[database], 0, sizeof there[database]);
    model_replaced(database);
}

static void model_swap(void) {
    for (int k = 0; k < KEYS; k++) {
        bool kept = there[0][k];
        there[0][k] = there[1][k];
        there[1][k] = kept;
    }
    model_replaced(0);
    model_replaced(1);
}

static void step(void) {
    char words[40];
    int c = (int)unit_random_below(&random_state, CLIENTS),
        k = (int)unit_random_below(&random_state, KEYS);
    int db = model[c].database;
    switch (unit_random_below(&random_state, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        snprintf(words, sizeof words, "WATCH k%d", k);
        if (!model[c].watches[db][k] && !model[c].changed) {
            model[c].watches[db][k] = true;
            model[c].was_there[db][k] = there[db][k];
        }
        break;
    case 4:
        snprintf(words, sizeof words, "SET k%d v", k);
        there[db][k] = true;
        model_changed(db, k);
        break;
    case 5:
        snprintf(words, sizeof words, "DEL k%d", k);
        if (there[db][k])
            model_changed(db, k);
        there[db][k] = false;
        break;
    case 6:
        snprintf(words, sizeof words, "SELECT %d", model[c].database = k % 2);
        break;
    case 7:
        snprintf(words, sizeof words, "FLUSHDB");
        model_flush(db);
        break;
    case 8:
        snprintf(words, sizeof words, "SWAPDB 0 1");
        model_swap();
        break;
    case 9:
        snprintf(words, sizeof words, "UNWATCH");
        model_forget(c);
        break;
    default:
        (void)ask(clients[c], "MULTI");
        struct slice said = ask(clients[c], "EXEC");
        const char *due = model[c].changed ? "*-1\r\n" : "*0\r\n";
        CHECK_BYTES(said.ptr, said.len, due, strlen(due));
        model_forget(c);
        return;
    }
    (void)ask(clients[c], words);
}

static void test_watching(void) {
    check_reply("FLUSHDB", "+OK\r\n");
    for (int i = 0; i < STEPS; i++)
        step();
    for (int c = 0; c < CLIENTS; c++)
        (void)ask(clients[c], "UNWATCH");
}

#define SELECT(number) "*2\r\n$6\r\nSELECT\r\n$1\r\n" number "\r\n"

/* SWAPDB brings a key whose time has come to where one of that name is watched.
 * To delete it then would be told before the exchange, and would delete the
 * other one, which lives, wherever that is repeated. */
static void test_swapped_when_due(void) {
    (void)ask(clients[0], "SELECT 0");
    (void)ask(clients[0], "SET a lives");
    (void)ask(clients[0], "SELECT 1");
    enum db_judgement judged = db_judge(DB_STAYS);
    (void)ask(clients[0], "SET a due PXAT 1");
    (void)db_judge(judged);
    (void)ask(clients[0], "SELECT 0");
    check_reply("WATCH a", "+OK\r\n");
    buf_free(&told);
    check_reply("SWAPDB 0 1", "+OK\r\n");
    check_told(SELECT("0") "*3\r\n$6\r\nSWAPDB\r\n$1\r\n0\r\n$1\r\n1\r\n");
    check_reply("MULTI", "+OK\r\n");
    check_reply("EXEC", "*-1\r\n");
    check_told("");
    check_reply("GET a", "$-1\r\n");
    check_told("*2\r\n$3\r\nDEL\r\n$1\r\na\r\n");
}

/* The time of a watched key is over, and EXEC is the first to see it. It looks
 * along a list that the deletion of the key would end. */
static void test_due_unseen(void) {
    (void)ask(clients[0], "MSET a 1 b 2");
    for (int c = 0; c < CLIENTS; c++) {
        (void)ask(clients[c], "SELECT 0");
        (void)ask(clients[c], "WATCH a b");
    }
    struct key key = keyspace_key(clients[0], (struct slice){"b", 1});
    void **place = dict_find(&key.db->dict, key.text, key.hash);
    db_set_expiry(&key, (struct entry **)place, 1);
    buf_free(&told);
    check_reply("MULTI", "+OK\r\n");
    check_reply("EXEC", "*-1\r\n");
    check_told("");
    check_reply("GET b", "$-1\r\n");
    check_told("*2\r\n$3\r\nDEL\r\n$1\r\nb\r\n");
    for (int c = 1; c < CLIENTS; c++)
        CHECK(watched_changed(clients[c]));
    for (int c = 0; c < CLIENTS; c++)
        (void)ask(clients[c], "UNWATCH");
}

static int64_t expiry_of(const char *words) {
    struct slice said = ask(clients[0], words);
    return strtoll(said.ptr + 1, NULL, 10);
}

/* Here all commands run in one turn of the loop, like those of a pipeline. Keys
 * live by the clock as it was when their command began, not the turn; but all
 * commands of a transaction see the same time. */
static void test_moments(void) {
    config.debug_commands = ALLOWED_YES;
    (void)ask(clients[0], "SET a x PX 100000");
    (void)ask(clients[0], "DEBUG SLEEP 0.01");
    int64_t now_ms = clock_wall_us() / 1000;
    (void)ask(clients[0], "SET b x PX 100000");
    CHECK(expiry_of("PEXPIRETIME b") >= now_ms + 100000);
    check_reply("MULTI", "+OK\r\n");
    (void)ask(clients[0], "SET a x PX 100000");
    (void)ask(clients[0], "DEBUG SLEEP 0.01");
    (void)ask(clients[0], "SET b x PX 100000");
    check_reply("EXEC", "*3\r\n+OK\r\n+OK\r\n+OK\r\n");
    CHECK_INT(expiry_of("PEXPIRETIME a"), expiry_of("PEXPIRETIME b"));
}

int main(void) {
    command_start();
    command_facts_start();
    effect_start();
    keyspace_start();
    blocking_start();
    watched_start();
    for (int c = 0; c < CLIENTS; c++)
        clients[c] = detached_new();
    unit_test("EXEC is one unit of effects", test_one_unit);
    unit_test("a change of the role ends the unit before it", test_role);
    unit_test("what was admitted may be refused later", test_refused_late);
    unit_test("a queue owns copies, of any size", test_memory);
    unit_test("who leaves leaves nothing behind", test_leaving);
    unit_test("changes mark who watches", test_watching);
    unit_test("a watched key may be exchanged for one that is due",
              test_swapped_when_due);
    unit_test("EXEC sees that a watched key is due", test_due_unseen);
    unit_test("a long command does not age the keys of the next", test_moments);
    for (int c = 0; c < CLIENTS; c++)
        detached_free(clients[c]);
    buf_free(&told);
    watched_stop();
    blocking_stop();
    keyspace_stop();
    reaper_stop();
    background_stop();
    return unit_end();
}
