/* A client without a connection: what it is answered where others wait. */
#include "detached.h"

#include "ask.h"
#include "blocking.h"
#include "command.h"
#include "keyspace.h"
#include "unit.h"

static struct client *client;

static void check_reply(const char *words, const char *reply) {
    struct slice said = ask(client, words);
    CHECK_BYTES(said.ptr, said.len, reply, strlen(reply));
    CHECK(!blocking_waits(client));
}

/* Where others would wait, the reply is the one for having nothing. */
static void test_never_waits(void) {
    check_reply("BLPOP a b 0", "*-1\r\n");
    check_reply("BLMPOP 0 1 a LEFT", "*-1\r\n");
    check_reply("BLMOVE a b LEFT LEFT 0", "$-1\r\n");
    check_reply("BRPOPLPUSH a b 0", "$-1\r\n");
    check_reply("BZPOPMIN a 0", "*-1\r\n");
    check_reply("BZMPOP 0 1 a MIN", "*-1\r\n");
    check_reply("XREAD BLOCK 0 STREAMS a $", "*-1\r\n");
    check_reply("XGROUP CREATE s g $ MKSTREAM", "+OK\r\n");
    check_reply("XREADGROUP GROUP g c BLOCK 0 STREAMS s >", "*-1\r\n");
}

static void test_takes_what_is_there(void) {
    check_reply("RPUSH a 1 2", ":2\r\n");
    check_reply("BLPOP a 0", "*2\r\n$1\r\na\r\n$1\r\n1\r\n");
    check_reply("BLMOVE a b LEFT LEFT 0", "$1\r\n2\r\n");
    check_reply("BLPOP a 0", "*-1\r\n");
}

static void test_what_is_wrong_comes_first(void) {
    check_reply("SET t text", "+OK\r\n");
    check_reply("BLPOP t 0", "-WRONGTYPE Operation against a key holding the "
                             "wrong kind of value\r\n");
    check_reply("BLPOP a x", "-ERR timeout is not a float or out of range\r\n");
}

static void test_quit_is_nothing(void) {
    check_reply("QUIT", "+OK\r\n");
    check_reply("GET t", "$4\r\ntext\r\n");
}

int main(void) {
    command_start();
    keyspace_start();
    blocking_start();
    client = detached_new();
    CHECK(detached(client));
    unit_test("it waits for nothing", test_never_waits);
    unit_test("it takes what is there", test_takes_what_is_there);
    unit_test("errors come first", test_what_is_wrong_comes_first);
    unit_test("QUIT is nothing to it", test_quit_is_nothing);
    detached_free(client);
    blocking_stop();
    keyspace_stop();
    return unit_end();
}
