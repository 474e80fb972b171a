/* The memory of clients: the texts of the setting, and the lists by powers of
 * two, compared at random with a plain model. */
#include "client_memory.c" /* NOLINT(bugprone-suspicious-include) */

#include "unit.h"

static void takes(char *text, const char *shown) {
    struct buf out = {0};
    struct slice word = slice_of(text);
    CHECK(client_memory_set(&word, 1) == NULL);
    client_memory_get(&out);
    if (!CHECK_TEXT(buf_bytes(&out), buf_len(&out), shown))
        printf("# from %s\n", text);
    buf_free(&out);
}

static void refuses(char *text, const char *why) {
    struct slice word = slice_of(text);
    const char *wrong = client_memory_set(&word, 1);
    if (!CHECK(wrong != NULL && strcmp(wrong, why) == 0))
        printf("# from %s\n", text);
}

static void test_texts(void) {
    takes("0", "0");
    CHECK(!client_memory_limited);
    takes("", "0"); /* as in Redis */
    takes("1kb", "1024");
    takes("2GB", "2147483648");
    takes("100%", "100%");
    CHECK(client_memory_limited);
    takes("5%", "5%");
    const char *not_one = "argument must be a memory or percent value";
    refuses("%", not_one);
    refuses("-1", not_one);
    refuses("-1%", not_one);
    refuses("5 %", not_one);
    refuses("5%%", not_one);
    refuses("much", not_one);
    refuses("101%", "percentage argument must be less or equal to 100");
    const struct slice two[] = {{"1", 1}, {"2", 1}};
    CHECK(client_memory_set(two, 2) != NULL);
    CHECK_INT(percent_limit, 5); /* as before all that */
    takes("0%", "0");
    CHECK(!client_memory_limited);
}

static bool is_exceeded(void) {
    return client_memory_limited && total > limit_now();
}

static void test_limit(void) {
    takes("200000", "200000");
    total = 200000;
    CHECK(!is_exceeded());
    total = 200001;
    CHECK(is_exceeded());
    takes("1000", "1000"); /* counts as 128 KiB */
    total = 128 << 10;
    CHECK(!is_exceeded());
    total++;
    CHECK(is_exceeded());
    takes("10%", "10%");
    CHECK(!is_exceeded()); /* there is no maxmemory */
    total = 200001;
    memory_limit = 2000000;
    CHECK(is_exceeded());
    memory_limit = 2000100;
    CHECK(!is_exceeded());
    total = 200011;
    CHECK(is_exceeded());
    memory_limit = 0;
    takes("0", "0");
    CHECK(!is_exceeded());
    total = 0;
}

/* Clients come, grow and go. */
static void test_lists(void) {
    enum { CLIENTS = 50, STEPS = 20000 };
    static struct client clients[CLIENTS];
    uint64_t seed = 1;
    for (int step = 0; step < STEPS; step++) {
        struct client *client = &clients[unit_random_below(&seed, CLIENTS)];
        client_memory_forget(client);
        if (unit_random_below(&seed, 3) > 0) {
            uint64_t most = 1 << unit_random_below(&seed, 20);
            client->state.memory.bytes = 1 + unit_random_below(&seed, most);
            total += client->state.memory.bytes;
            join_list(client);
        }
        size_t sum = 0, largest = 0;
        for (int i = 0; i < CLIENTS; i++) {
            size_t bytes = clients[i].state.memory.bytes;
            sum += bytes;
            largest = bytes > largest ? bytes : largest;
        }
        const struct client *found = one_of_the_largest();
        CHECK_INT(total, sum);
        CHECK((found != NULL) == (largest > 0));
        /* The power of two is the same. */
        CHECK(found == NULL || (found->state.memory.bytes ^ largest) <
                                   (found->state.memory.bytes & largest));
    }
    for (int i = 0; i < CLIENTS; i++)
        client_memory_forget(&clients[i]);
    CHECK(one_of_the_largest() == NULL);
    CHECK_INT(total, 0);
}

int main(void) {
    unit_test("the setting is bytes or percent", test_texts);
    unit_test("the limit may be reached, not passed", test_limit);
    unit_test("one of the largest is found", test_lists);
    return unit_end();
}
