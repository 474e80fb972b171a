/* IDs of stream entries as text. */
#include "stream_id.h"
#include "unit.h"

static bool parse(const char *text, struct stream_id *id) {
    return stream_id_parse(slice_of(text), 9, id, NULL);
}

static void check(const char *text, uint64_t ms, uint64_t seq) {
    struct stream_id id = {0, 0};
    CHECK(parse(text, &id));
    CHECK(id.ms == ms);
    CHECK(id.seq == seq);
}

static void test_good(void) {
    check("5-3", 5, 3);
    check("5", 5, 9);
    check("0-0", 0, 0);
    check("18446744073709551615-18446744073709551615", UINT64_MAX, UINT64_MAX);
    check("007-010", 7, 10);
}

static void test_bad(void) {
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "5-",
                                      "-5",
                                      "5-3-1",
                                      "a",
                                      "5-a",
                                      "5-*",
                                      "*",
                                      "5 ",
                                      "5--3",
                                      "18446744073709551616"};
    struct stream_id id;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!CHECK(!parse(bad[i], &id)))
            printf("# %s\n", bad[i]);
}

static void test_any_seq(void) {
    struct stream_id id;
    bool any;
    CHECK(stream_id_parse((struct slice){"5-*", 3}, 0, &id, &any));
    CHECK(any && id.ms == 5 && id.seq == 0);
    CHECK(stream_id_parse((struct slice){"5-1", 3}, 0, &id, &any));
    CHECK(!any && id.seq == 1);
}

static void test_format(void) {
    char text[STREAM_ID_MAX_TEXT];
    size_t len = stream_id_format(text, (struct stream_id){0, 10});
    CHECK_TEXT(text, len, "0-10");
    len = stream_id_format(text, STREAM_ID_MOST);
    CHECK_TEXT(text, len, "18446744073709551615-18446744073709551615");
}

static void test_steps(void) {
    struct stream_id id = {1, UINT64_MAX};
    CHECK(stream_id_next(&id) && id.ms == 2 && id.seq == 0);
    CHECK(stream_id_previous(&id) && id.ms == 1 && id.seq == UINT64_MAX);
    id = STREAM_ID_MOST;
    CHECK(!stream_id_next(&id));
    id = STREAM_ID_LEAST;
    CHECK(!stream_id_previous(&id));
}

int main(void) {
    unit_test("IDs that are good", test_good);
    unit_test("IDs that are not", test_bad);
    unit_test("an ID whose second part is left open", test_any_seq);
    unit_test("IDs as text", test_format);
    unit_test("steps from ID to ID", test_steps);
    return unit_end();
}
