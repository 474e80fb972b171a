/* What the listeners hear of commands, unit by unit. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "detached.h"
#include "keyspace.h"
#include "propagate.h"
#include "unit.h"

/* The stage itself, with a listener of the test's in place of its own. */
#define stage_propagated listener_of_stage
#define stage_keeps_copies copies_of_stage
#include "stage.c"
#undef stage_propagated
#undef stage_keeps_copies

/* In place of the stage's, which stands still until the loop turns. */
static int64_t now_ms;

int64_t key_time_ms(void) {
    return now_ms;
}

void key_time_go_on(void) {
}

static struct client *client;
static char heard[4096]; /* the words of requests, units apart: "SET k v | " */

bool stage_keeps_copies(void) {
    return true;
}

static void hear(const char *text, size_t len) {
    size_t used = strlen(heard);
    CHECK(used + len < sizeof heard);
    memcpy(heard + used, text, len);
    heard[used + len] = '\0';
}

void stage_propagated(struct slice bytes) {
    struct request request = {0};
    char error[RESP_ERROR_SIZE];
    while (bytes.len > 0) {
        if (!CHECK(resp_parse(&request, bytes.ptr, bytes.len, error) ==
                   RESP_DONE))
            break;
        for (size_t i = 0; i < request.argc; i++) {
            hear(request.argv[i].ptr, request.argv[i].len);
            hear(" ", 1);
        }
        hear("; ", 2);
        bytes.ptr += request.size;
        bytes.len -= request.size;
        request_reset(&request);
    }
    request_free(&request);
    hear("| ", 2);
}

/* Runs a command, in words with a space between them. */
static void run(const char *words) {
    struct request request = {0};
    char *copy = strdup(words), *rest = copy;
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        request_add(&request, word, strlen(word));
    detached_reset(client);
    stage_run(client, &request);
    request_free(&request);
    free(copy);
}

static void check_heard(const char *due) {
    if (!CHECK(strcmp(heard, due) == 0))
        printf("# heard: %s\n#   due: %s\n", heard, due);
    heard[0] = '\0';
}

static void say(int database, const char *word) {
    propagate(database, &(struct slice){(char *)word, strlen(word)}, 1);
}

/* Without an effect nothing is told, and one alone has no MULTI. */
static void test_size(void) {
    propagate_select_again();
    propagate_begin();
    propagate_end();
    check_heard("");
    propagate_begin();
    say(0, "one");
    check_heard("");
    propagate_end();
    check_heard("SELECT 0 ; one ; | ");
    propagate_begin();
    say(0, "one");
    say(0, "two");
    propagate_end();
    check_heard("MULTI ; one ; two ; EXEC ; | ");
    say(0, "alone");
    check_heard("alone ; | ");
}

static void test_nested(void) {
    propagate_begin();
    propagate_begin();
    say(0, "one");
    propagate_end();
    propagate_begin();
    propagate_end();
    say(0, "two");
    check_heard("");
    propagate_end();
    check_heard("MULTI ; one ; two ; EXEC ; | ");
}

/* A database is selected when it is another one, and when a listener begins. */
static void test_select(void) {
    propagate_begin();
    say(0, "one");
    say(3, "two");
    say(3, "three");
    propagate_end();
    check_heard("MULTI ; one ; SELECT 3 ; two ; three ; EXEC ; | ");
    say(3, "four");
    check_heard("four ; | ");
    propagate_select_again();
    say(3, "five");
    say(0, "six");
    check_heard("SELECT 3 ; five ; | SELECT 0 ; six ; | ");
}

static void test_commands(void) {
    run("SET k v");
    run("GET k");
    run("LPUSH k v"); /* WRONGTYPE */
    run("DEL k");
    check_heard("SET k v ; | DEL k ; | ");
}

/* What a client said as a moment is told as the client spelled it. */
static void test_moments(void) {
    run("SET m v PX 5000");
    run("SET m v pxat 7000");
    run("GETEX m PX 5000");
    run("SET m pxat EX 5");
    run("GETDEL m");
    run("GETDEL m");
    check_heard("SET m v PXAT 6000 ; | SET m v pxat 7000 ; | "
                "PEXPIREAT m 6000 ; | SET m pxat PXAT 6000 ; | DEL m ; | ");
}

/* A key whose time has come is deleted in the unit of the command that met
 * it. */
static void test_expired(void) {
    run("SET k 1 PXAT 5000");
    run("SET l 1 PXAT 5000");
    heard[0] = '\0';
    now_ms = 6000;
    run("INCR k");
    run("GET l");
    check_heard("MULTI ; DEL k ; INCR k ; EXEC ; | DEL l ; | ");
}

/* What a walk finds expired goes key by key. */
static void test_walk(void) {
    run("SET walked:1 1 PXAT 7000");
    run("SET walked:2 1 PXAT 7000");
    heard[0] = '\0';
    now_ms = 8000;
    run("SCAN 0");
    CHECK(strstr(heard, "MULTI") == NULL);
    CHECK(strstr(heard, "DEL walked:1 ; | ") != NULL);
    CHECK(strstr(heard, "DEL walked:2 ; | ") != NULL);
    heard[0] = '\0';
}

/* Reading two streams moves a group in each; reading nothing tells nothing. */
static void test_groups(void) {
    run("XGROUP CREATE s g 0 MKSTREAM");
    run("XGROUP CREATE t g 0 MKSTREAM");
    run("XADD s 1-1 a b");
    run("XADD t 2-2 a b");
    heard[0] = '\0';
    run("XREADGROUP GROUP g me NOACK STREAMS s t > >");
    check_heard("MULTI ; XGROUP CREATECONSUMER s g me ; "
                "XGROUP SETID s g 1-1 ENTRIESREAD 1 ; "
                "XGROUP CREATECONSUMER t g me ; "
                "XGROUP SETID t g 2-2 ENTRIESREAD 1 ; EXEC ; | ");
    run("XREADGROUP GROUP g me NOACK STREAMS s t > >");
    check_heard("");
}

/* A stream that was trimmed to about a threshold is trimmed to the length that
 * it has. What is exact stays as it was asked, but for the ID. */
static void test_trimmed(void) {
    run("XADD u MAXLEN 5 1-1 a b");
    run("XADD u 2-2 a b");
    run("XADD u 3-3 a b");
    heard[0] = '\0';
    run("XADD u MINID = 3-0 4-4 a b");
    run("XTRIM u LIMIT 100 MINID ~ 1");
    run("XTRIM u MINID 4");
    run("XADD u NOMKSTREAM LIMIT 100 MAXLEN ~ 1 5-* a b");
    run("XADD u NOMKSTREAM MAXLEN 0 6-* a b");
    check_heard("XADD u MINID = 3-0 4-4 a b ; | XTRIM u MINID 4 ; | "
                "XADD u MAXLEN = 2 5-0 a b ; | "
                "XADD u NOMKSTREAM MAXLEN 0 6-0 a b ; | ");
}

static void start(void) {
    now_ms = 1000;
    command_start();
    keyspace_start();
    blocking_start();
    effect_start();
    client = detached_new();
}

static void stop(void) {
    detached_free(client);
    blocking_stop();
    keyspace_stop();
}

static void test_all(void) {
    unit_test("a unit has a MULTI if it has two effects", test_size);
    unit_test("units nest", test_nested);
    unit_test("SELECT is told when the database is another", test_select);
    unit_test("a command that changed something is told", test_commands);
    unit_test("a moment is told as it was spelled", test_moments);
    unit_test("an expired key is told in the command's unit", test_expired);
    unit_test("what a walk finds expired is told key by key", test_walk);
    unit_test("what a command says in several effects is a unit", test_groups);
    unit_test("about a threshold is told as the length that is left",
              test_trimmed);
}

int main(void) {
    start();
    test_all();
    stop();
    return unit_end();
}
