/* The members of a value: all of them, or a part of them that is asked for. */
#include "entry_object.h"
#include "list.h"
#include "members.h"
#include "reaper.h"
#include "unit.h"
#include "zset.h"

enum { MANY = 3000 };

static struct heap heap;
static size_t visits;
static int64_t expected, step;

static struct slice text_of(int64_t number, char *text) {
    return (struct slice){text, format_i64(text, number)};
}

static void visit(void *context, struct slice member) {
    int64_t number;
    (void)context;
    visits++;
    CHECK(parse_i64(member.ptr, member.len, &number) && number == expected);
    expected += step;
}

/* The members are the numbers from 0 on, in order. */
static void check_part(const struct entry *entry, bool backwards, size_t first,
                       size_t count) {
    visits = 0;
    step = backwards ? -1 : 1;
    expected = backwards ? MANY - 1 - (int64_t)first : (int64_t)first;
    members_visit_part(entry, backwards, first, count, visit, NULL);
    CHECK_INT(visits, count);
}

static void check_parts(struct entry *entry) {
    static const size_t parts[][2] = {{0, 0},        {0, 1},    {0, MANY},
                                      {MANY - 1, 1}, {MANY, 0}, {700, 1500}};
    CHECK_INT(members_count(entry), MANY);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        check_part(entry, false, parts[i][0], parts[i][1]);
        check_part(entry, true, parts[i][0], parts[i][1]);
    }
    visits = 0;
    expected = MANY - 1;
    members_visit(entry, true, visit, NULL);
    CHECK_INT(visits, MANY);
    entry_free(&heap, entry);
    reaper_stop();
    CHECK_INT(heap.bytes, 0);
}

static void test_list(void) {
    struct list *list = list_new(&heap);
    for (int64_t i = 0; i < MANY; i++) {
        char text[NUMBER_I64_MAX_TEXT];
        struct slice value = text_of(i, text);
        list_push(&heap, &list, LIST_TAIL, &value, 1);
    }
    check_parts(
        entry_new_object(&heap, (struct slice){"k", 1}, TYPE_LIST, list));
}

static void test_zset(void) {
    struct zset *zset = zset_new(&heap);
    for (int64_t i = 0; i < MANY; i++) {
        char text[NUMBER_I64_MAX_TEXT];
        (void)zset_set(&heap, &zset, text_of(i, text), (double)i);
    }
    check_parts(
        entry_new_object(&heap, (struct slice){"k", 1}, TYPE_ZSET, zset));
}

int main(void) {
    unit_test("a part of a list", test_list);
    unit_test("a part of a sorted set", test_zset);
    return unit_end();
}
