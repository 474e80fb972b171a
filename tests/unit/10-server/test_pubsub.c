/* Topics and those who listen, without connections: messages are counted. */
#include <stdio.h>
#include <string.h>

#include "string_hash.h"
#include "unit.h"

/* In place of the connections' outputs. */
#define output_share share_of_output
#define output_set_class class_of_output
#include "pubsub.c"
#include "push.c"
#undef output_share
#undef output_set_class

enum { CLIENTS = 100 };
static struct client clients[CLIENTS];
static struct conn conns[CLIENTS];
static size_t got[CLIENTS];
static char last[256];

void share_of_output(struct conn *conn, const struct shared *shared) {
    got[conn - conns]++;
    memcpy(last, shared->bytes, shared->len);
    last[shared->len] = '\0';
}

void class_of_output(struct conn *conn, enum output_class class) {
    conn->out.class = class;
}

static void forget_all(void) {
    for (int i = 0; i < CLIENTS; i++) {
        pubsub_forget(&clients[i]);
        got[i] = 0;
    }
    CHECK_INT(pubsub_topics(TOPIC_CHANNEL), 0);
    CHECK_INT(pubsub_topics(TOPIC_PATTERN), 0);
    CHECK_INT(prefixes.count, 0);
}

static size_t publish(const char *channel) {
    return pubsub_publish(TOPIC_CHANNEL, slice_of(channel), slice_of("hello"));
}

static void test_many(void) {
    for (int i = 0; i < CLIENTS; i++) {
        pubsub_subscribe(&clients[i], TOPIC_CHANNEL, slice_of("news"));
        pubsub_subscribe(&clients[i], TOPIC_CHANNEL, slice_of("news"));
        CHECK_INT(conns[i].out.class, OUTPUT_PUBSUB);
    }
    CHECK_INT(publish("news"), CLIENTS);
    CHECK_INT(publish("new"), 0);
    for (int i = 0; i < CLIENTS; i += 2)
        pubsub_unsubscribe(&clients[i], TOPIC_CHANNEL, slice_of("news"));
    CHECK_INT(publish("news"), CLIENTS / 2);
    CHECK_INT(conns[0].out.class, OUTPUT_NORMAL);
    for (int i = 0; i < CLIENTS; i++)
        CHECK_INT(got[i], 1 + i % 2);
    CHECK_INT(shared_memory(), 0);
    forget_all();
}

static void test_versions(void) {
    pubsub_subscribe(&clients[0], TOPIC_CHANNEL, slice_of("a"));
    (void)publish("a");
    CHECK(strcmp(last, "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n") ==
          0);
    clients[0].state.resp3 = true;
    (void)publish("a");
    CHECK(strcmp(last, ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5\r\nhello\r\n") ==
          0);
    clients[0].state.resp3 = false;
    forget_all();
}

/* Each pattern is also tried against each channel by glob_match() alone. Only
 * the empty one fits a channel without a name. */
static void test_patterns(void) {
    static const char *const patterns[] = {
        "*",
        "a*",
        "ab*",
        "ab?",
        "a[bc]d",
        "ab",
        "\\a",
        "abc*d",
        "",
        "?",
        "ab\\*",
        "x*",
        "[",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa*"};
    static const char *const channels[] = {
        "",
        "a",
        "ab",
        "abc",
        "abd",
        "acd",
        "ab*",
        "abcd",
        "abcxd",
        "x",
        "[",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaa"};
    enum {
        PATTERNS = sizeof patterns / sizeof patterns[0],
        CHANNELS = sizeof channels / sizeof channels[0]
    };
    for (int i = 0; i < PATTERNS; i++)
        pubsub_subscribe(&clients[i], TOPIC_PATTERN, slice_of(patterns[i]));
    for (int there = PATTERNS; there >= 0; there--) {
        for (int c = 0; c < CHANNELS; c++) {
            size_t due = 0;
            for (int i = 0; i < there; i++)
                due += channels[c][0] == '\0'
                           ? patterns[i][0] == '\0'
                           : glob_match(slice_of(patterns[i]),
                                        slice_of(channels[c]), false);
            CHECK_INT(publish(channels[c]), (int64_t)due);
        }
        if (there > 0)
            pubsub_forget(&clients[there - 1]);
    }
    forget_all();
}

static void test_own_message(void) {
    pubsub_subscribe(&clients[0], TOPIC_CHANNEL, slice_of("a"));
    pubsub_subscribe(&clients[1], TOPIC_CHANNEL, slice_of("a"));
    push_running(&clients[0]);
    CHECK_INT(publish("a"), 2);
    CHECK_INT(got[0], 0);
    CHECK_INT(got[1], 1);
    push_running(NULL);
    CHECK_INT(got[0], 1);
    push_running(&clients[0]);
    CHECK_INT(publish("a"), 2);
    push_forget(&clients[0]);
    CHECK_INT(got[0], 1);
    forget_all();
    CHECK_INT(shared_memory(), 0);
}

/* What is published lies behind what was published before, as long as the same
 * clients listen. */
static void test_runs(void) {
    pubsub_subscribe(&clients[0], TOPIC_CHANNEL, slice_of("a"));
    pubsub_subscribe(&clients[1], TOPIC_CHANNEL, slice_of("b"));
    (void)publish("a");
    CHECK_INT(shared_memory(), 0);
    (void)publish("a");
    size_t two = shared_memory();
    (void)publish("a");
    CHECK(two > 0);
    CHECK_INT(shared_memory(), 0); /* that block is full */
    (void)publish("a");
    CHECK(shared_memory() > two);
    (void)publish("b");
    CHECK_INT(shared_memory(), 0);
    (void)publish("b");
    pubsub_subscribe(&clients[2], TOPIC_CHANNEL, slice_of("b"));
    CHECK_INT(shared_memory(), 0);
    (void)publish("b");
    (void)publish("b");
    pubsub_unsubscribe(&clients[1], TOPIC_CHANNEL, slice_of("b"));
    CHECK_INT(shared_memory(), 0);
    forget_all();
}

static void test_kinds(void) {
    struct slice name;
    pubsub_subscribe(&clients[0], TOPIC_SHARD, slice_of("a"));
    pubsub_subscribe(&clients[0], TOPIC_PATTERN, slice_of("a"));
    CHECK_INT(pubsub_publish(TOPIC_SHARD, slice_of("a"), slice_of("x")), 1);
    CHECK_INT(publish("a"), 1);
    CHECK(!pubsub_any(&clients[0], TOPIC_CHANNEL, &name));
    CHECK(pubsub_any(&clients[0], TOPIC_SHARD, &name));
    pubsub_unsubscribe(&clients[0], TOPIC_SHARD, slice_of("a"));
    CHECK(pubsub_subscribed(&clients[0]));
    pubsub_unsubscribe(&clients[0], TOPIC_PATTERN, slice_of("a"));
    CHECK(!pubsub_subscribed(&clients[0]));
    forget_all();
}

int main(void) {
    string_hash_start();
    pubsub_start();
    for (int i = 0; i < CLIENTS; i++)
        clients[i].conn = &conns[i];
    unit_test("a channel with many who listen, come and go", test_many);
    unit_test("messages to the same clients make a run", test_runs);
    unit_test("a message in both versions of the protocol", test_versions);
    unit_test("patterns are found by how they begin", test_patterns);
    unit_test("one's own message comes behind the reply", test_own_message);
    unit_test("channels, patterns and shards are apart", test_kinds);
    pubsub_stop();
    push_stop();
    return unit_end();
}
