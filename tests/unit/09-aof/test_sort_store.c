/* SORT with STORE is repeated by those who keep a copy, where a set lies in
 * memory in another order. So the list must depend on nothing but the data. */
#include "ask.h"
#include "blocking.h"
#include "command.h"
#include "keyspace.h"
#include "unit.h"

enum { MEMBERS = 300 };

static struct client *client;

/* Checks that the list holds the members in the order of their bytes. */
static void check_order(bool descending) {
    char words[40], due[20];
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(words, sizeof words, "LINDEX to %d", i);
        snprintf(due, sizeof due, "$4\r\nm%03d\r\n",
                 descending ? MEMBERS - 1 - i : i);
        struct slice said = ask(client, words);
        CHECK_TEXT(said.ptr, said.len, due);
    }
}

static void test_sets(void) {
    char words[40];
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(words, sizeof words, "SADD s m%03d", i * 7 % MEMBERS);
        ask(client, words);
    }
    ask(client, "SORT s BY nosort STORE to");
    check_order(false);
    ask(client, "SORT s BY weight:* STORE to");
    check_order(false);
    ask(client, "SORT s BY weight:* ALPHA STORE to");
    check_order(false);
    ask(client, "SORT s BY weight:* ALPHA DESC STORE to");
    check_order(true);
}

int main(void) {
    command_start();
    keyspace_start();
    blocking_start();
    client = detached_new();
    unit_test("a set is stored in one order, whatever it is sorted by",
              test_sets);
    detached_free(client);
    blocking_stop();
    keyspace_stop();
    return unit_end();
}
