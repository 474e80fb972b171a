/* Sets against a plain array of members: the same calls, the same answers. */
#include <stdlib.h>

#include "limits.h"
#include "listpack.h"
#include "listpack_walk.h"
#include "set.h"
#include "string_hash.h"
#include "timer.h"
#include "unit.h"

enum { MEMBERS = 2000 };

static struct heap heap, other;
static struct set *set;

/* The model. The first half of the members are integers. */
static struct slice members[MEMBERS];
static bool there[MEMBERS];
static size_t count;

static struct slice copy_of(const char *text, size_t len) {
    char *bytes = malloc(len + 1);
    memcpy(bytes, text, len);
    return (struct slice){bytes, len};
}

/* All different: integers of all widths, then texts up to 20000 bytes. */
static void start_members(void) {
    static char text[20100];
    for (int i = 0; i < MEMBERS; i++) {
        int len;
        if (i < MEMBERS / 2)
            len =
                snprintf(text, sizeof text, "%lld",
                         (i % 2 ? -1LL : 1LL) * (2 * i + 1) * (1LL << i % 50));
        else
            len = snprintf(text, sizeof text, "%d:%*s", i,
                           i % 100 == 0 ? (i - MEMBERS / 2) * 20 : i % 40, "");
        members[i] = copy_of(text, (size_t)len);
    }
    members[MEMBERS - 1].len = 0;
}

static void do_add(int i) {
    CHECK_INT(set_add(&heap, &set, members[i]), !there[i]);
    count += !there[i];
    there[i] = true;
}

static void do_remove(int i) {
    CHECK_INT(set_remove(&heap, &set, members[i]), there[i]);
    count -= there[i];
    there[i] = false;
}

static int index_of(struct slice member) {
    for (int i = 0; i < MEMBERS; i++)
        if (slice_equal(members[i], member))
            return i;
    return -1;
}

static size_t visited;

static void visit(void *context, struct slice member) {
    (void)context;
    int i = index_of(member);
    visited++;
    CHECK(i >= 0 && there[i]);
}

static void check_all(void) {
    uint64_t cursor = 0;
    CHECK_INT(set_size(set), count);
    for (int i = 0; i < MEMBERS; i++)
        CHECK_INT(set_has(set, members[i]), there[i]);
    visited = 0;
    do
        cursor = set_scan(set, cursor, visit, NULL);
    while (cursor != 0);
    CHECK_INT(visited, count);
}

static void start(void) {
    set = set_new(&heap);
    count = 0;
    memset(there, 0, sizeof there);
}

/* What is freed beside the loop is freed now. */
static void reaper_finish(void) {
    while (timer_next_due_us() != INT64_MAX)
        timer_run_due(INT64_MAX - 1);
}

static void end(void) {
    set_free(&heap, set);
    reaper_finish();
    CHECK_INT(heap.bytes, 0);
}

/* Members from..from+range-1 come and go, never so many that all are there. */
static void run(int from, int range, int steps) {
    start();
    for (int i = 0; i < steps; i++) {
        bool grows = i / 1500 % 2 == 0;
        int member = from + rand() % range;
        if (rand() % 10 < (grows ? 7 : 3))
            do_add(member);
        else
            do_remove(member);
        if (i % 997 == 0)
            check_all();
    }
    while (count == 0)
        do_add(from);
    check_all();
}

static bool is_encoded(const char *encoding) {
    return strcmp(set_encoding(set), encoding) == 0;
}

static void test_integers(void) {
    run(0, 500, 10000);
    CHECK(is_encoded("intset"));
    end();
}

static void test_small(void) {
    run(MEMBERS / 2 - 30, 60, 10000);
    CHECK(!is_encoded("intset"));
    end();
    run(MEMBERS / 2 + 1, 90, 10000);
    CHECK(is_encoded("listpack"));
    end();
}

static void test_large(void) {
    run(0, MEMBERS, 20000);
    CHECK(is_encoded("hashtable"));
    end();
}

static void test_copies(void) {
    static const int from[] = {0, MEMBERS / 2 + 1, 0};
    static const int range[] = {500, 90, MEMBERS};
    for (int i = 0; i < 3; i++) {
        run(from[i], range[i], 3000);
        struct set *was = set;
        set = set_copy(&other, was);
        check_all();
        set_free(&other, set);
        set = was;
        check_all();
        reaper_finish();
        CHECK_INT(other.bytes, 0);
        end();
    }
}

/* A member may be removed by the bytes that the set itself gave. */
static void test_drawn_and_removed(void) {
    char scratch[NUMBER_I64_MAX_TEXT];
    static const int most[] = {500, 1100, MEMBERS};
    for (int i = 0; i < 3; i++) {
        start();
        for (int m = i == 1 ? 1020 : 0; m < most[i]; m++)
            do_add(m);
        while (count > 0) {
            struct slice member = set_random(set, scratch);
            int m = index_of(member);
            if (!CHECK(m >= 0 && there[m]))
                return;
            CHECK(set_remove(&heap, &set, member));
            there[m] = false;
            count--;
        }
        check_all();
        end();
    }
}

static void add_integers(int from, int to) {
    char text[NUMBER_I64_MAX_TEXT];
    for (int i = from; i < to; i++)
        set_add(&heap, &set, (struct slice){text, format_i64(text, i)});
}

static void add_text(size_t len) {
    static char text[100];
    memset(text, 'x', sizeof text);
    set_add(&heap, &set, (struct slice){text, len});
}

static void test_limits(void) {
    set = set_new(&heap);
    add_integers(0, 512);
    CHECK(is_encoded("intset"));
    add_integers(512, 513);
    CHECK(is_encoded("hashtable"));
    end();
    set = set_new(&heap);
    add_integers(0, 127);
    add_text(64);
    CHECK(is_encoded("listpack"));
    add_integers(127, 128);
    CHECK(is_encoded("hashtable"));
    end();
    set = set_new(&heap);
    add_integers(0, 128);
    add_text(3);
    CHECK(is_encoded("hashtable"));
    end();
    set = set_new(&heap);
    add_text(65);
    CHECK(is_encoded("hashtable"));
    end();
    set = set_new_for(&heap, members[0], 513);
    CHECK(is_encoded("hashtable"));
    end();
    set = set_new_for(&heap, members[MEMBERS / 2], 129);
    CHECK(is_encoded("hashtable"));
    end();
}

/* Integers that may not be an intset are packed, if they are few. */
static void test_packed_integers(void) {
    const struct limits before = limits;
    limits.set_max_intset_entries = 2;
    set = set_new_for(&heap, members[0], 2);
    CHECK(is_encoded("intset"));
    end();
    set = set_new_for(&heap, members[0], 3);
    CHECK(is_encoded("listpack"));
    add_integers(0, 128);
    CHECK(is_encoded("listpack"));
    CHECK_INT(set_size(set), 128);
    end();
    set = set_new_for(&heap, members[0], 129);
    CHECK(is_encoded("hashtable"));
    end();
    limits = before;
}

/* Each member is drawn about as often as any other. */
static void test_fair(void) {
    static const int from[] = {0, 1010, 0};
    static const int to[] = {400, 1050, 1200};
    char scratch[NUMBER_I64_MAX_TEXT];
    for (int i = 0; i < 3; i++) {
        static int drawn[MEMBERS];
        memset(drawn, 0, sizeof drawn);
        start();
        for (int m = from[i]; m < to[i]; m++)
            do_add(m);
        for (int n = 0; n < (to[i] - from[i]) * 400; n++)
            drawn[index_of(set_random(set, scratch))]++;
        for (int m = from[i]; m < to[i]; m++)
            CHECK(drawn[m] > 280 && drawn[m] < 520);
        end();
    }
}

static bool comes_second(void *context, struct slice member) {
    CHECK(member.len > 0);
    return (*(int *)context)++ % 2 == 1;
}

static bool goes(void *context, struct slice member) {
    (void)context;
    return member.len > 0;
}

/* Members of a packed block go in one pass, and the others stay in order. */
static void test_filtered(void) {
    static const char *const words[] = {"a", "1", "bb", "70000", "ccc"};
    int number = 0;
    set = set_new(&heap);
    for (int i = 0; i < 5; i++)
        CHECK(set_add(&heap, &set, slice_of(words[i])));
    CHECK(is_encoded("listpack"));
    set_filter_packed(&heap, &set, comes_second, &number);
    CHECK_INT(set_size(set), 3);
    for (int i = 0; i < 5; i++)
        CHECK_INT(set_has(set, slice_of(words[i])), i % 2 == 0);
    CHECK(listpack_walks(set_listpack(set)));
    set_filter_packed(&heap, &set, goes, NULL);
    CHECK_INT(set_size(set), 0);
    CHECK(set_add(&heap, &set, slice_of("7")));
    CHECK(is_encoded("listpack"));
    end();
}

/* Members that are put in without a search: the same forms as with one. */
static void test_put(void) {
    set = set_new(&heap);
    set_put(&heap, &set, slice_of("7"));
    set_put(&heap, &set, slice_of("-3"));
    CHECK(is_encoded("intset"));
    set_put(&heap, &set, slice_of("a"));
    CHECK(is_encoded("listpack"));
    for (int i = 100; i < 226; i++) {
        char text[NUMBER_I64_MAX_TEXT];
        CHECK(is_encoded("listpack"));
        set_put(&heap, &set, (struct slice){text, format_i64(text, i)});
    }
    CHECK(is_encoded("hashtable"));
    set_put(&heap, &set, slice_of("b"));
    CHECK_INT(set_size(set), 130);
    CHECK(set_has(set, slice_of("7")) && set_has(set, slice_of("a")));
    CHECK(set_has(set, slice_of("225")) && set_has(set, slice_of("b")));
    end();
}

/* As in Redis, what is left of an intset alone is one. */
static void test_form_of_rest(void) {
    set = set_new(&heap);
    struct set *rest = set_new_from(&heap, set);
    CHECK_TEXT(set_encoding(rest), strlen(set_encoding(rest)), "intset");
    set_free(&heap, rest);
    CHECK(set_add(&heap, &set, slice_of("a")));
    for (int i = 0; i < 2; i++) {
        rest = set_new_from(&heap, set);
        CHECK(set_add(&heap, &rest, slice_of("7")));
        CHECK_TEXT(set_encoding(rest), strlen(set_encoding(rest)), "listpack");
        set_free(&heap, rest);
        add_integers(0, 400);
        CHECK(is_encoded("hashtable"));
    }
    end();
}

/* A block and a table become an intset if all is integers, and not too many. */
static void test_settle(void) {
    const struct limits before = limits;
    for (int i = 0; i < 2; i++) {
        limits.set_max_listpack_entries = i == 0 ? 128 : 0;
        set = set_new_for(&heap, slice_of("a"), 3);
        CHECK(set_add(&heap, &set, slice_of("a")));
        add_integers(0, 3);
        const char *form = set_encoding(set);
        set_settle(&heap, &set);
        CHECK(is_encoded(form));
        CHECK(set_remove(&heap, &set, slice_of("a")));
        limits.set_max_intset_entries = 2;
        set_settle(&heap, &set);
        CHECK(is_encoded(form));
        limits.set_max_intset_entries = 3;
        set_settle(&heap, &set);
        CHECK(is_encoded("intset"));
        CHECK_INT(set_size(set), 3);
        end();
    }
    limits = before;
}

/* The first bytes of long members of different lengths are often the same. */
static void test_long_members(void) {
    const struct limits before = limits;
    static char text[10000];
    static const size_t lens[] = {70, 100, 64, 63, 5000, 9000, 320, 321, 4095};
    enum { COUNT = sizeof lens / sizeof lens[0] };
    limits.set_max_listpack_value = sizeof text;
    memset(text, 'x', sizeof text);
    set = set_new(&heap);
    for (size_t i = 0; i < COUNT; i++)
        CHECK(set_add(&heap, &set, (struct slice){text, lens[i]}));
    CHECK(set_add(&heap, &set, slice_of("a")));
    CHECK(set_add(&heap, &set, slice_of("-70000")));
    CHECK(is_encoded("listpack"));
    for (size_t i = 0; i < COUNT; i++)
        CHECK(set_has(set, (struct slice){text, lens[i]}));
    CHECK(set_has(set, slice_of("a")) && set_has(set, slice_of("-70000")));
    CHECK(!set_has(set, slice_of("b")) && !set_has(set, slice_of("-70001")));
    CHECK(set_remove(&heap, &set, slice_of("a")));
    CHECK_INT(set_size(set), COUNT + 1);
    end();
    limits = before;
}

/* However many members and however long ones are allowed, a block has so many
 * bytes at most. */
static void test_block_limit(void) {
    const struct limits before = limits;
    char text[100];
    limits.packed_max_bytes = 1000;
    limits.set_max_listpack_value = limits.set_max_intset_entries = 1000000;
    memset(text, 'x', sizeof text);
    set = set_new(&heap);
    for (size_t i = 0; i < 20; i++) {
        text[0] = (char)('a' + i);
        CHECK(set_add(&heap, &set, (struct slice){text, sizeof text}));
        CHECK(is_encoded(i < 9 ? "listpack" : "hashtable"));
    }
    end();
    set = set_new(&heap);
    add_integers(0, 400);
    CHECK(is_encoded("intset"));
    add_integers(400, 500);
    CHECK(is_encoded("hashtable"));
    end();
    limits = before;
}

int main(void) {
    string_hash_start();
    start_members();
    unit_test("members are put into a set without a search", test_put);
    unit_test("a set of integers does as an array does", test_integers);
    unit_test("a small set does as an array does", test_small);
    unit_test("a large set does as an array does", test_large);
    unit_test("sets are copied and moved", test_copies);
    unit_test("what is drawn is removed", test_drawn_and_removed);
    unit_test("a set has the form that Redis gives it", test_limits);
    unit_test("a set grows out of a block that is too long", test_block_limit);
    unit_test("members after long ones are found", test_long_members);
    unit_test("few integers are packed if they may be no intset",
              test_packed_integers);
    unit_test("members of a block go in one pass", test_filtered);
    unit_test("the rest of a set has its form", test_form_of_rest);
    unit_test("a set of integers settles as an intset", test_settle);
    unit_test("members are drawn fairly", test_fair);
    for (int i = 0; i < MEMBERS; i++)
        free(members[i].ptr);
    return unit_end();
}
