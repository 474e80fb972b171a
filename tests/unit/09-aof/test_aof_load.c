/* Loading what commands a file has: where it was cut off, where it is damaged,
 * and what must not be taken for the one or the other. */
#include "aof_load.h"

#include "aof_text.h"
#include "blocking.h"
#include "command.h"
#include "db.h"
#include "detached.h"
#include "keyspace.h"
#include "unit.h"

/* Wherever the file ends, what is whole is loaded and the rest is cut off. */
static void test_each_cut(void) {
    static const char text[] = SET_A SET_B MULTI SET_A SET_B EXEC SET_A;
    static const size_t ends[] = {
        0, sizeof SET_A - 1, sizeof(SET_A SET_B) - 1,
        sizeof(SET_A SET_B MULTI SET_A SET_B EXEC) - 1, sizeof text - 1};
    size_t whole = 0;
    for (size_t len = 0; len < sizeof text; len++) {
        whole +=
            whole + 1 < sizeof ends / sizeof *ends && len == ends[whole + 1];
        struct aof_load load = load_bytes(text, len);
        CHECK_INT(load.end, len == ends[whole] ? AOF_NOTHING_LEFT : AOF_CUT);
        CHECK_INT(load.good, ends[whole]);
        CHECK(has("a") == (whole >= 1) && has("b") == (whole >= 2));
    }
}

static void test_no_command(void) {
    static const char *const damaged[] = {"*3\n$3\nSET\n$1\na\n$1\n1\n",
                                          "*hello world\n",
                                          "*3\r\nxx",
                                          "$3\r\nSET\r\n",
                                          "*0\r\n",
                                          "*-1\r\n",
                                          "*03\r\n$3\r\n",
                                          "*3\r\n$+3\r\n",
                                          "*3\r\n$3\r\nSETx",
                                          "*1\rx",
                                          "SET a 1\r\n",
                                          "*9999999999\r\n",
                                          "*2\r\n$3\r\nSET\r\n$1610612737",
                                          "*3\r\n$3 ",
                                          "*0",
                                          "*3\r\n$03",
                                          "\r\n",
                                          "\0"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        char text[200];
        snprintf(text, sizeof text, SET_A "%s", damaged[i]);
        struct aof_load load = load_bytes(
            text, sizeof SET_A - 1 +
                      (damaged[i][0] != '\0' ? strlen(damaged[i]) : 1));
        CHECK_INT(load.end, AOF_DAMAGED);
        CHECK_INT(load.good, sizeof SET_A - 1);
    }
}

/* A value that was not written to its end is cut off, whatever is in it. */
static void test_value_like_commands(void) {
    char text[4000];
    int head = snprintf(text, sizeof text,
                        SET_A "*3\r\n$3\r\nSET\r\n$1\r\nv\r\n$8675\r\n..\r\n");
    size_t len = (size_t)head;
    while (len + sizeof SET_A < sizeof text) {
        memcpy(text + len, SET_A, sizeof SET_A - 1);
        len += sizeof SET_A - 1;
    }
    for (; len > (size_t)head; len--) {
        struct aof_load load = load_bytes(text, len);
        CHECK_INT(load.end, AOF_CUT);
        CHECK_INT(load.good, sizeof SET_A - 1);
    }
}

/* As a snapshot, a log may hold a string that is longer than 512 MiB. */
static void test_long_value(void) {
    struct aof_load load =
        load_text(SET_A "*3\r\n$3\r\nSET\r\n$1\r\nv\r\n$1610612736\r\n..");
    CHECK_INT(load.end, AOF_CUT);
    CHECK_INT(load.good, sizeof SET_A - 1);
}

/* A bit that made of EXEC a command that does not exist ends the load: what
 * followed is not cut off. */
static void test_lost_exec(void) {
    struct aof_load load = load_text(MULTI SET_A "*1\r\n$4\r\nEXEB\r\n" SET_B);
    CHECK_INT(load.end, AOF_DAMAGED);
    CHECK_INT(load.good, sizeof(MULTI SET_A) - 1);
    CHECK(!has("a"));
}

/* A time that has come since is not over yet for what the log says next. */
static void test_time_stands_still(void) {
    static const char text[] =
        "*6\r\n$7\r\nRESTORE\r\n$1\r\na\r\n$13\r\n1571000010000\r\n$13\r\n"
        "\x00\x01v\x0a\x00\x91\x08\xce\xb2\x19\x38\x8a\xce\r\n"
        "$7\r\nREPLACE\r\n$6\r\nABSTTL\r\n"
        "*2\r\n$7\r\nPERSIST\r\n$1\r\na\r\n"
        "*5\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n1\r\n$4\r\nPXAT\r\n"
        "$13\r\n1571000010000\r\n"
        "*3\r\n$9\r\nPEXPIREAT\r\n$1\r\nb\r\n$13\r\n1571000020000\r\n"
        "*2\r\n$7\r\nPERSIST\r\n$1\r\nb\r\n";
    (void)db_judge(DB_STAYS);
    struct aof_load load = load_bytes(text, sizeof text - 1);
    (void)db_judge(DB_GOES);
    CHECK_INT(load.end, AOF_NOTHING_LEFT);
    CHECK(has("a") && has("b"));
}

/* A command leaves nothing behind, and what it does to its connection is
 * nothing. */
static void test_not_for_a_file(void) {
    static const char text[] =
        "*1\r\n$4\r\nQUIT\r\n"
        "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$4\r\nfile\r\n"
        "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n"
        "*1\r\n$5\r\nRESET\r\n"
        "*1\r\n$8\r\nSHUTDOWN\r\n"
        "*3\r\n$5\r\nBLPOP\r\n$1\r\nq\r\n$1\r\n0\r\n" SET_A;
    struct aof_load load = load_text(text);
    CHECK_INT(load.end, AOF_NOTHING_LEFT);
    CHECK_INT(load.commands, 3);
    CHECK(has("a"));
}

/* Nobody reads replies, so a read with a huge count takes no memory. */
static void test_huge_reply(void) {
    char text[] = "*3\r\n$4\r\nSADD\r\n$1\r\ns\r\n$1\r\nm\r\n"
                  "*3\r\n$11\r\nSRANDMEMBER\r\n$1\r\ns\r\n$5\r\n-1000\r\n";
    struct aof_load load;
    aof_load_start(&load, text, sizeof text - 1);
    while (!aof_load_some(&load, 1))
        continue;
    CHECK_INT(load.end, AOF_NOTHING_LEFT);
    CHECK_INT(load.commands, 2);
    CHECK(detached_reply(load.client).len < 100);
    aof_load_free(&load);
}

static void test_unknown(void) {
    struct aof_load load = load_text(SET_A "*1\r\n$4\r\nNONE\r\n" SET_B);
    CHECK_INT(load.end, AOF_DAMAGED);
    CHECK_INT(load.good, sizeof SET_A - 1);
    CHECK(strstr(load.reason, "unknown command 'NONE'") != NULL);
}

static void test_comments(void) {
    struct aof_load load =
        load_text("#TS:1700000000\r\n" SET_A "#hello\n" SET_B);
    CHECK_INT(load.end, AOF_NOTHING_LEFT);
    CHECK(has("b"));
    load = load_text(SET_A "#TS:17");
    CHECK_INT(load.end, AOF_CUT);
    CHECK_INT(load.good, sizeof SET_A - 1);
}

int main(void) {
    command_start();
    keyspace_start();
    blocking_start();
    unit_test("what is whole is loaded, wherever the file ends", test_each_cut);
    unit_test("what cannot become a command is damage", test_no_command);
    unit_test("a torn value may look like commands", test_value_like_commands);
    unit_test("a long value is no damage", test_long_value);
    unit_test("an EXEC that is lost swallows nothing", test_lost_exec);
    unit_test("no time passes while a log is replayed", test_time_stands_still);
    unit_test("what is not for a file is passed over", test_not_for_a_file);
    unit_test("a reply to a file does not grow", test_huge_reply);
    unit_test("an unknown command is damage", test_unknown);
    unit_test("lines that begin with # are passed over", test_comments);
    blocking_stop();
    keyspace_stop();
    return unit_end();
}
