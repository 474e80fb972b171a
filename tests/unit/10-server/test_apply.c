/* The stream of a primary: what is applied of it, and what those who follow us
 * get of it, however the bytes are cut. */
#include "apply.h"

#include "background.h"
#include "blocking.h"
#include "command_facts.h"
#include "effect.h"
#include "history.h"
#include "keyspace.h"
#include "lookups.h"
#include "reaper.h"
#include "repl_stream.h"
#include "replica.h"
#include "reply_wanted.h"
#include "tracking.h"
#include "unit.h"
#include "watched.h"

/* Units, with the number of bytes behind which each ends. */
#define SET_A "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
#define INCR_A "*2\r\n$4\r\nINCR\r\n$1\r\na\r\n"
#define LPUSH_A "*3\r\n$5\r\nLPUSH\r\n$1\r\na\r\n$1\r\n1\r\n"
#define MULTI "*1\r\n$5\r\nMULTI\r\n"
#define EXEC "*1\r\n$4\r\nEXEC\r\n"
#define PING "*1\r\n$4\r\nPING\r\n"
#define SELECT "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"

static const char stream[] =
    PING SELECT SET_A MULTI INCR_A INCR_A EXEC "\r\n" INCR_A;
static const size_t ends[] = {
    0,
    sizeof PING - 1,
    sizeof PING SELECT - 1,
    sizeof PING SELECT SET_A - 1,
    sizeof PING SELECT SET_A MULTI INCR_A INCR_A EXEC - 1,
    sizeof PING SELECT SET_A MULTI INCR_A INCR_A EXEC "\r\n" - 1,
    sizeof stream - 1,
};

/* The end of the last unit that is whole in that many bytes. An empty line may
 * be taken in two halves. */
static size_t whole(size_t len) {
    size_t found = 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i] <= len)
            found = ends[i];
    return found;
}

static struct slice value_of(const char *name) {
    static char digits[NUMBER_I64_MAX_TEXT];
    struct key key = db_key(keyspace_db(apply_database()), slice_of(name));
    struct entry *entry = keyspace_peek(&key);
    return entry != NULL ? entry_value(entry, digits)
                         : (struct slice){(char *)"none", 4};
}

static void check_value(const char *name, const char *due) {
    struct slice value = value_of(name);
    CHECK_BYTES(value.ptr, value.len, due, strlen(due));
}

static void begin(void) {
    apply_cut();
    apply_select(0);
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    history_adopt("0123456789abcdef0123456789abcdef01234567", 100);
    repl_stream_begin();
}

/* What was handed on is what came, from the first byte on. */
static void check_handed_on(size_t len) {
    struct repl_cursor cursor = {0};
    struct iovec pieces[8];
    size_t at = 0;
    repl_cursor_enter(&cursor, 100);
    size_t count = repl_cursor_look(&cursor, pieces, 8);
    for (size_t i = 0; i < count; i++) {
        CHECK(memcmp(pieces[i].iov_base, stream + at, pieces[i].iov_len) == 0);
        at += pieces[i].iov_len;
    }
    CHECK_INT(at, len);
    repl_cursor_leave(&cursor);
}

/* Feeds the stream in two parts; what is not applied is offered again. */
static void test_cut_anywhere(void) {
    char bytes[sizeof stream];
    const char *wrong;
    for (size_t cut = 0; cut < sizeof stream; cut++) {
        begin();
        memcpy(bytes, stream, sizeof stream);
        size_t used = apply_some(bytes, cut, &wrong);
        CHECK(wrong == NULL);
        /* Half of an empty line may wait or not. */
        CHECK(used == whole(cut) || (used == cut && bytes[cut] == '\n'));
        CHECK_INT(history.offset, 100 + (int64_t)used);
        used += apply_some(bytes + used, sizeof stream - 1 - used, &wrong);
        CHECK(wrong == NULL);
        CHECK_INT(used, sizeof stream - 1);
        CHECK_INT(history.offset, 100 + (int64_t)used);
        CHECK_INT(apply_database(), 3);
        check_value("a", "4");
        check_handed_on(used);
        repl_stream_end();
    }
}

/* The link breaks in a transaction, and the primary sends it once more. */
static void test_broken_in_transaction(void) {
    char bytes[sizeof stream];
    const char *wrong;
    memcpy(bytes, stream, sizeof stream);
    begin();
    size_t begun = sizeof PING SELECT SET_A MULTI INCR_A - 1;
    size_t used = apply_some(bytes, begun, &wrong);
    CHECK_INT(used, ends[3]);
    check_value("a", "1");
    apply_cut();
    CHECK_INT(apply_database(), 3); /* which the primary has not forgotten */
    used += apply_some(bytes + used, sizeof stream - 1 - used, &wrong);
    CHECK_INT(used, sizeof stream - 1);
    check_value("a", "4");
    check_handed_on(used);
    repl_stream_end();
}

static void check_wrong(const char *text) {
    char bytes[64];
    const char *wrong;
    begin();
    snprintf(bytes, sizeof bytes, "%s", text);
    CHECK_INT(apply_some(bytes, strlen(bytes), &wrong), 0);
    CHECK(wrong != NULL);
    repl_stream_end();
}

static void test_no_stream(void) {
    check_wrong("SET a 1\r\n");
    check_wrong("*1\r\n:4\r\nPING\r\n");
    check_wrong("$5\r\n");
}

/* What fails, or is not for replicas, is passed over, and counts, also in a
 * transaction. */
static void test_failures(void) {
    char bytes[] =
        SET_A LPUSH_A "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n"
                      "*1\r\n$4\r\nQUIT\r\n" MULTI LPUSH_A INCR_A LPUSH_A EXEC;
    const char *wrong;
    begin();
    uint64_t before = apply_failures();
    CHECK_INT(apply_some(bytes, sizeof bytes - 1, &wrong), sizeof bytes - 1);
    CHECK(wrong == NULL);
    CHECK_INT(apply_failures() - before, 5);
    check_value("a", "2");
    repl_stream_end();
}

/* Nobody reads replies, so SRANDMEMBER with a huge count takes no memory. */
static void test_long_reply(void) {
    begin();
    apply_begin(0);
    CHECK(!reply_wanted(apply_client()));
    apply_cut();
    repl_stream_end();
}

int main(void) {
    command_start();
    command_facts_start();
    lookups_start();
    effect_start();
    keyspace_start();
    blocking_start();
    watched_start();
    tracking_start();
    replica_set("nobody", 1);
    apply_start();
    unit_test("a stream that is cut anywhere", test_cut_anywhere);
    unit_test("a transaction that breaks off is asked for again",
              test_broken_in_transaction);
    unit_test("bytes that are no stream end it", test_no_stream);
    unit_test("a long reply is not written", test_long_reply);
    unit_test("what fails is counted, and the stream goes on", test_failures);
    apply_stop();
    replica_set(NULL, 0);
    tracking_stop();
    watched_stop();
    blocking_stop();
    keyspace_stop();
    reaper_stop();
    background_stop();
    return unit_end();
}
