/* The handshake of a replica: which line is answered by what. */
#include "handshake.h"

#include "unit.h"

static const char id[] = "0123456789abcdef0123456789abcdef01234567";

static struct handshake handshake;
static struct handshake_wishes now; /* the wishes at a line */
static struct buf out;

static enum handshake_outcome line(const char *text) {
    return handshake_line(&handshake, &now, slice_of(text), &out);
}

/* Returns true if this is what is to be sent, and forgets it. */
static bool sent(const char *due) {
    bool good = buf_len(&out) == strlen(due) &&
                memcmp(due, buf_bytes(&out), strlen(due)) == 0;
    buf_consume(&out, buf_len(&out));
    return good;
}

static void start(struct handshake_wishes wishes) {
    now = wishes;
    handshake_start(&handshake, &out);
    CHECK(sent("*1\r\n$4\r\nPING\r\n"));
}

static void test_short(void) {
    start((struct handshake_wishes){.port = 6380});
    CHECK_INT(line(""), HANDSHAKE_GOES_ON); /* the primary lives, and no more */
    CHECK_INT(line("+PONG"), HANDSHAKE_GOES_ON);
    CHECK(sent("*3\r\n$8\r\nREPLCONF\r\n$14\r\nlistening-port\r\n$4\r\n6380\r\n"
               "*5\r\n$8\r\nREPLCONF\r\n$4\r\ncapa\r\n$3\r\neof\r\n"
               "$4\r\ncapa\r\n$6\r\npsync2\r\n"));
    CHECK_INT(line("+OK"), HANDSHAKE_GOES_ON);
    CHECK_INT(line("-ERR Unrecognized REPLCONF option"), HANDSHAKE_GOES_ON);
    CHECK(sent("*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n"));
}

static void test_all(void) {
    start((struct handshake_wishes){.user = "me",
                                    .password = {"secret", 6},
                                    .ip = "10.0.0.7",
                                    .port = 1,
                                    .id = id,
                                    .offset = 41});
    CHECK_INT(line("-NOAUTH Authentication required."), HANDSHAKE_GOES_ON);
    CHECK(sent("*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n"
               "*3\r\n$8\r\nREPLCONF\r\n$14\r\nlistening-port\r\n$1\r\n1\r\n"
               "*3\r\n$8\r\nREPLCONF\r\n$10\r\nip-address\r\n$8\r\n10.0.0.7\r\n"
               "*5\r\n$8\r\nREPLCONF\r\n$4\r\ncapa\r\n$3\r\neof\r\n"
               "$4\r\ncapa\r\n$6\r\npsync2\r\n"));
    for (int i = 0; i < 4; i++) {
        CHECK_INT(buf_len(&out), 0);
        CHECK_INT(line("+OK"), HANDSHAKE_GOES_ON);
    }
    /* The first byte that is missing. */
    CHECK(sent("*3\r\n$5\r\nPSYNC\r\n$40\r\n0123456789abcdef0123456789abcdef"
               "01234567\r\n$2\r\n42\r\n"));
}

static void to_psync(void) {
    start((struct handshake_wishes){.port = 6380});
    (void)line("+PONG");
    (void)line("+OK");
    (void)line("+OK");
    buf_consume(&out, buf_len(&out));
}

static void test_refused(void) {
    start((struct handshake_wishes){.password = {"wrong", 5}});
    CHECK_INT(line("-LOADING not yet"), HANDSHAKE_FAILED);
    start((struct handshake_wishes){.password = {"wrong", 5}});
    (void)line("+PONG");
    CHECK_INT(line("-WRONGPASS no"), HANDSHAKE_FAILED);
    buf_consume(&out, buf_len(&out));
}

/* What was asked is answered, whatever the settings say by then. */
static void test_changes(void) {
    start((struct handshake_wishes){.port = 6380});
    now = (struct handshake_wishes){.password = {"new", 3}, .ip = "::1"};
    (void)line("+PONG");
    buf_consume(&out, buf_len(&out));
    now = (struct handshake_wishes){.id = id};
    for (int i = 0; i < 4; i++) {
        CHECK_INT(buf_len(&out), 0);
        CHECK_INT(line("+OK"), HANDSHAKE_GOES_ON);
    }
    CHECK(sent("*3\r\n$5\r\nPSYNC\r\n$40\r\n0123456789abcdef0123456789abcdef"
               "01234567\r\n$1\r\n1\r\n"));
}

static void test_psync(void) {
    to_psync();
    CHECK_INT(line("+FULLRESYNC 0123456789abcdef0123456789abcdef01234567 77"),
              HANDSHAKE_FULL);
    CHECK(strcmp(handshake.id, id) == 0);
    CHECK_INT(handshake.offset, 77);
    to_psync();
    CHECK_INT(line("+FULLRESYNC 0123456789abcdef0123456789abcdef01234567 "
                   "9223372036854775807"),
              HANDSHAKE_FULL);
    CHECK(handshake.id[0] == '\0'); /* counting on would overflow */
    to_psync();
    CHECK_INT(line("+FULLRESYNC short 77"), HANDSHAKE_FULL);
    CHECK(handshake.id[0] == '\0'); /* no partial resync can follow */
    to_psync();
    CHECK_INT(line("+FULLRESYNC"), HANDSHAKE_FULL);
    CHECK(handshake.id[0] == '\0');
    to_psync();
    CHECK_INT(line("+CONTINUE"), HANDSHAKE_CONTINUE);
    CHECK(handshake.id[0] == '\0'); /* the id stays */
    to_psync();
    CHECK_INT(line("+CONTINUE 0123456789abcdef0123456789abcdef01234567"),
              HANDSHAKE_CONTINUE);
    CHECK(strcmp(handshake.id, id) == 0);
}

static void test_not_now(void) {
    to_psync();
    CHECK_INT(line("-NOMASTERLINK Can't SYNC"), HANDSHAKE_LATER);
    to_psync();
    CHECK_INT(line("-LOADING wait"), HANDSHAKE_LATER);
    CHECK_INT(buf_len(&out), 0);
    to_psync();
    CHECK_INT(line("-ERR unknown command"), HANDSHAKE_UNKNOWN);
    CHECK(sent("SYNC\r\n"));
}

int main(void) {
    unit_test("a handshake without anything special", test_short);
    unit_test("one with all that can be told", test_all);
    unit_test("a primary that does not want the replica", test_refused);
    unit_test("wishes that change meanwhile", test_changes);
    unit_test("PSYNC is answered", test_psync);
    unit_test("PSYNC is refused, for now or for ever", test_not_now);
    buf_free(&out);
    return unit_end();
}
