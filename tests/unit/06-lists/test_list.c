/* Lists against a plain array of values: the same calls, the same answers. */
#include <stdlib.h>

#include "list.h"
#include "timer.h"
#include "unit.h"

enum { MOST = 20000, LONGEST = 9000, BLOCK = 8192 };

static struct heap heap, other;
static struct list *list;
static struct slice model[MOST];
static size_t len;

static char pattern[100000];

/* A value that is short, or an integer near a width's edge, or sometimes
 * longer than a block. It belongs to the caller. */
static struct slice random_value(void) {
    char text[NUMBER_I64_MAX_TEXT];
    size_t size = (size_t)rand() % 24;
    const char *from = pattern + rand() % 1000;
    int kind = rand() % 100;
    if (kind < 25) {
        int64_t edge = (int64_t)1 << rand() % 63;
        int64_t value = (rand() % 2 ? edge : -edge) + rand() % 5 - 2;
        size = format_i64(text, value);
        from = text;
    } else if (kind < 30) {
        size = (size_t)rand() % 300;
    } else if (kind < 40) {
        /* One of a few, which list_remove() finds again. */
        size = 1;
        from = pattern + rand() % 8;
    } else if (kind == 40) {
        size = (size_t)rand() % LONGEST;
    }
    char *bytes = malloc(size + 1);
    memcpy(bytes, from, size);
    return (struct slice){bytes, size};
}

static void model_insert(size_t at, struct slice value) {
    memmove(model + at + 1, model + at, (len - at) * sizeof *model);
    model[at] = value;
    len++;
}

static void model_remove(size_t at) {
    free(model[at].ptr);
    memmove(model + at, model + at + 1, (len - at - 1) * sizeof *model);
    len--;
}

static bool is_value(const struct list_cursor *cursor, size_t at) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct listpack_element element = listpack_element(model[at]);
    struct slice value = list_value(cursor, scratch);
    return CHECK_BYTES(value.ptr, value.len, model[at].ptr, model[at].len) &&
           CHECK(list_equal(cursor, &element));
}

/* All of it, both ways. */
static void check_all(void) {
    CHECK_INT(list_len(list), len);
    struct list_cursor cursor = list_seek(list, 0);
    for (size_t i = 0; i < len; i++, list_next(&cursor, LIST_TAIL))
        if (!CHECK(cursor.place != NULL) || !is_value(&cursor, i))
            return;
    CHECK(cursor.place == NULL);
    cursor = list_seek(list, -1);
    for (size_t i = len; i-- > 0; list_next(&cursor, LIST_HEAD))
        if (!CHECK(cursor.place != NULL) || !is_value(&cursor, i))
            return;
    CHECK(cursor.place == NULL);
    if (len == 0)
        return;
    cursor = list_at_end(list, LIST_HEAD);
    (void)is_value(&cursor, 0);
    cursor = list_at_end(list, LIST_TAIL);
    (void)is_value(&cursor, len - 1);
}

static void do_push(void) {
    enum list_end end = rand() % 2 ? LIST_HEAD : LIST_TAIL;
    struct slice value = random_value();
    list_push(&heap, &list, end, &value, 1);
    model_insert(end == LIST_HEAD ? 0 : len, value);
}

static void do_pop(void) {
    if (len == 0)
        return;
    enum list_end end = rand() % 2 ? LIST_HEAD : LIST_TAIL;
    list_pop(&heap, &list, end);
    model_remove(end == LIST_HEAD ? 0 : len - 1);
}

static void do_insert(void) {
    if (len == 0)
        return;
    size_t at = (size_t)rand() % len;
    bool before = rand() % 2;
    struct slice value = random_value();
    struct list_cursor cursor = list_seek(list, (int64_t)at);
    list_insert(&heap, &list, &cursor, before, value);
    at += !before;
    model_insert(at, value);
    cursor = list_seek(list, (int64_t)at);
    is_value(&cursor, at);
}

static void do_set(void) {
    if (len == 0)
        return;
    size_t at = (size_t)rand() % len;
    struct slice value = random_value();
    struct list_cursor cursor =
        list_seek(list, (int64_t)at - (rand() % 2 ? (int64_t)len : 0));
    list_set(&heap, &list, &cursor, value);
    free(model[at].ptr);
    model[at] = value;
    cursor = list_seek(list, (int64_t)at);
    is_value(&cursor, at);
}

/* Some elements that are the same, or all of them, from one end. */
static void do_remove(void) {
    if (len == 0)
        return;
    struct slice value = model[(size_t)rand() % len];
    char *copy = malloc(value.len + 1);
    memcpy(copy, value.ptr, value.len);
    value.ptr = copy;
    enum list_end from = rand() % 2 ? LIST_HEAD : LIST_TAIL;
    uint64_t most = rand() % 2 ? (uint64_t)rand() % 8 : UINT64_MAX;
    uint64_t removed = list_remove(&heap, &list, from, most, value), due = 0;
    size_t before = len;
    for (size_t i = 0; i < before && due < most; i++) {
        /* From the head, those that were removed lie no longer before it. */
        size_t at = from == LIST_HEAD ? i - due : before - 1 - i;
        if (slice_equal(model[at], value)) {
            model_remove(at);
            due++;
        }
    }
    CHECK_INT(removed, due);
    free(copy);
}

static void do_cut(void) {
    if (rand() % 20 != 0)
        return;
    size_t count = (size_t)rand() % (len + 1);
    if (rand() % 4 != 0)
        count %= 50;
    enum list_end end = rand() % 2 ? LIST_HEAD : LIST_TAIL;
    list_cut(&heap, &list, end, count);
    for (size_t i = 0; i < count; i++)
        model_remove(end == LIST_HEAD ? 0 : len - 1);
}

static void do_copy(void) {
    if (rand() % 200 != 0)
        return;
    struct list *copy = list_copy(&other, list);
    list_free(&heap, list);
    timer_run_due(INT64_MAX - 1);
    CHECK_INT(heap.bytes, 0);
    list = list_copy(&heap, copy);
    list_free(&other, copy);
    timer_run_due(INT64_MAX - 1);
    CHECK_INT(other.bytes, 0);
}

/* A listpack of some values, short or as long as a block. */
static void do_append(void) {
    static uint8_t lp[BLOCK];
    size_t most = rand() % 2 ? 100 : BLOCK, count = 0;
    if (len == 0 || len + 1000 > MOST || rand() % 50 != 0)
        return;
    uint8_t *at = listpack_first(lp);
    for (; count < 1000; count++) {
        struct slice value = random_value();
        struct listpack_element element = listpack_element(value);
        if ((size_t)(at + 1 - lp) + element.size > most) {
            free(value.ptr);
            break;
        }
        at = listpack_write(at, &element);
        model_insert(len, value);
    }
    *at = LISTPACK_END;
    listpack_set_header(lp, (size_t)(at + 1 - lp), count);
    if (count > 0)
        list_append(&heap, &list, lp);
}

static void end(void) {
    list_free(&heap, list);
    timer_run_due(INT64_MAX - 1);
    CHECK_INT(heap.bytes, 0);
}

static bool changes_limit;

static void change_limit(void) {
    if (changes_limit && rand() % 500 == 0)
        list_max_listpack_size = rand() % 3 == 0 ? rand() % 20 : -(rand() % 7);
}

static void walk(size_t steps, int pushes) {
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (char)rand();
    list = list_new(&heap);
    for (size_t i = 0; i < steps; i++) {
        int kind = rand() % 100;
        change_limit();
        if (kind < pushes && len + 1 < MOST)
            do_push();
        else if (kind < 60)
            do_pop();
        else if (kind < 70 && len + 1 < MOST)
            do_insert();
        else if (kind < 80)
            do_set();
        else if (kind < 85)
            do_remove();
        else if (kind < 90)
            do_copy();
        else if (kind < 95)
            do_append();
        else
            do_cut();
        CHECK_INT(list_len(list), len);
        if (i % 500 == 0)
            check_all();
    }
    check_all();
    while (len > 0)
        model_remove(len - 1);
    end();
}

static const int64_t limits[] = {-2, -1, -5, 0, 2, 100};
enum { LIMITS = sizeof limits / sizeof *limits };

static void test_short(void) {
    for (int i = 0; i < 200; i++) {
        list_max_listpack_size = limits[i % LIMITS];
        walk(2000, 30);
    }
    list_max_listpack_size = -2;
}

static void test_long(void) {
    for (int i = 0; i < 10; i++) {
        list_max_listpack_size = limits[i % LIMITS];
        walk(60000, 56 + i % 3);
    }
    list_max_listpack_size = -2;
}

/* The limit of blocks is another one every now and then. */
static void test_limit_changes(void) {
    changes_limit = true;
    walk(60000, 57);
    changes_limit = false;
    list_max_listpack_size = -2;
}

/* A queue of any length takes a bounded part more than what is in it. */
static void test_queue(void) {
    list = list_new(&heap);
    char text[NUMBER_I64_MAX_TEXT];
    for (int64_t i = 0; i < 200000; i++) {
        struct slice value = {text, format_i64(text, i)};
        list_push(&heap, &list, LIST_TAIL, &value, 1);
        if (i >= 1000)
            list_pop(&heap, &list, LIST_HEAD);
    }
    CHECK_INT(list_len(list), 1000);
    CHECK(heap.bytes < 20000);
    end();
}

/* Values of so many bytes each, all alike. */
static void fill(size_t count, size_t size, enum list_end at) {
    memset(pattern, 'a', size);
    list = list_new(&heap);
    for (size_t i = 0; i < count; i++)
        list_push(&heap, &list, at, &(struct slice){pattern, size}, 1);
}

/* Full blocks waste less than a hundredth, whatever end grew. */
static void test_full(void) {
    static const size_t sizes[] = {10, 20, 32, 300, 1000, 2500, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int at = LIST_HEAD; at <= LIST_TAIL; at++) {
            size_t count = 4000000 / sizes[i];
            fill(count, sizes[i], (enum list_end)at);
            struct listpack_element element =
                listpack_element((struct slice){pattern, sizes[i]});
            CHECK(heap.bytes < count * element.size / 100 * 101);
            end();
        }
}

/* Values of 20 bytes, of which all but some in each round are removed. */
static void thin_out(int round, int kept) {
    char text[32];
    list = list_new(&heap);
    for (int i = 0; i < 100000; i++) {
        int number = i % round < kept ? i : 7;
        size_t size = (size_t)snprintf(text, sizeof text, "%020d", number);
        text[0] = 'v'; /* no integer */
        list_push(&heap, &list, LIST_TAIL, &(struct slice){text, size}, 1);
    }
    struct slice unwanted = {(char *)"v0000000000000000007", 20};
    enum list_end from = round % 2 ? LIST_HEAD : LIST_TAIL;
    (void)list_remove(&heap, &list, from, UINT64_MAX, unwanted);
}

/* Blocks that become neither empty nor small enough to be joined. */
static void test_thinned(void) {
    for (int round = 10; round <= 11; round++) {
        thin_out(round, 3);
        CHECK(list_len(list) < 31000);
        CHECK(heap.bytes < list_len(list) * 22 * 2);
        end();
    }
}

/* Removing half of a million blocks takes a moment. If each moved those behind
 * it, it would take longer than a test may. */
static void test_many_blocks(void) {
    enum { MANY = 1000000 };
    int64_t was = list_max_listpack_size;
    list_max_listpack_size = 1;
    list = list_new(&heap);
    for (int i = 0; i < MANY; i++)
        list_push(&heap, &list, LIST_TAIL,
                  &(struct slice){i % 2 ? "x" : "y", 1}, 1);
    uint64_t removed = list_remove(&heap, &list, LIST_HEAD, UINT64_MAX,
                                   (struct slice){"x", 1});
    CHECK_INT(removed, MANY / 2);
    CHECK_INT(list_len(list), MANY / 2);
    CHECK_INT(list_blocks(list), MANY / 2);
    list_cut(&heap, &list, LIST_HEAD, MANY / 2);
    list_free(&heap, list);
    CHECK_INT(heap.bytes, 0);
    list_max_listpack_size = was;
}

/* Long values that are replaced by short ones, one by one. */
static void test_set_shorter(void) {
    fill(2000, 5000, LIST_TAIL);
    for (int64_t i = 0; i < 2000; i++) {
        struct list_cursor cursor = list_seek(list, i);
        list_set(&heap, &list, &cursor, (struct slice){pattern, 10});
    }
    CHECK_INT(list_len(list), 2000);
    CHECK(heap.bytes < 2000 * 12 * 3);
    end();
    fill(1, 100000, LIST_TAIL);
    CHECK(heap.bytes < 100150);
    struct list_cursor cursor = list_seek(list, 0);
    list_set(&heap, &list, &cursor, (struct slice){pattern, 10});
    CHECK_INT(heap.bytes, heap_round(27));
    end();
}

/* A long list that is emptied but for its last few leaves no large ring. */
static void test_emptied(void) {
    fill(1000000, 20, LIST_TAIL);
    for (size_t i = 0; i < 999000; i++)
        list_pop(&heap, &list, LIST_HEAD);
    CHECK_INT(list_len(list), 1000);
    CHECK(heap.bytes < 1000 * 22 + 2 * 8192);
    end();
}

/* When it says so: one block of up to 8 KiB is a listpack; a long list is one
 * again when it has become half of that. */
static void test_encoding(void) {
    fill(372, 20, LIST_TAIL); /* 372 * 22 + 7 = 8191 */
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    list_push(&heap, &list, LIST_TAIL, &(struct slice){pattern, 2}, 1);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    while (list_len(list) > 186)
        list_pop(&heap, &list, LIST_TAIL);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    list_pop(&heap, &list, LIST_TAIL);
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    end();
    fill(1, 8192, LIST_TAIL);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    end();
}

/* Turning a list leaves it in its form: one that is full, and one that is large
 * though it is short. */
static void test_turn(void) {
    list_max_listpack_size = 4;
    fill(4, 10, LIST_TAIL);
    list_turn(&heap, &list, LIST_HEAD, LIST_TAIL, (struct slice){pattern, 10});
    CHECK_INT(list_len(list), 4);
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    list_push(&heap, &list, LIST_TAIL, &(struct slice){pattern, 10}, 1);
    list_pop(&heap, &list, LIST_TAIL);
    list_pop(&heap, &list, LIST_TAIL);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    list_turn(&heap, &list, LIST_HEAD, LIST_TAIL, (struct slice){pattern, 10});
    CHECK_INT(list_len(list), 3);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    end();
    fill(1, 10, LIST_TAIL);
    list_turn(&heap, &list, LIST_TAIL, LIST_TAIL, (struct slice){pattern, 10});
    CHECK_INT(list_len(list), 1);
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    end();
    list_max_listpack_size = -2;
}

/* How many values of 10 bytes a list takes, one after the other, before it is
 * more than a listpack; and how many are left when it is one again. */
static void check_limit(int64_t limit, size_t most, size_t again) {
    list_max_listpack_size = limit;
    fill(most, 10, LIST_TAIL);
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    list_push(&heap, &list, LIST_HEAD, &(struct slice){pattern, 10}, 1);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    while (list_len(list) > again + 1)
        list_pop(&heap, &list, LIST_HEAD);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    list_pop(&heap, &list, LIST_HEAD);
    if (again > 0)
        CHECK(strcmp(list_encoding(list), "listpack") == 0);
    end();
    list_max_listpack_size = -2;
}

/* An element takes 12 bytes; of the last one, 10 are counted. */
static void test_limits(void) {
    check_limit(-1, (4096 - 7 - 10) / 12 + 1, (2048 - 7) / 12);
    check_limit(-2, (8192 - 7 - 10) / 12 + 1, (4096 - 7) / 12);
    check_limit(-5, (65536 - 7 - 10) / 12 + 1, (32768 - 7) / 12);
    check_limit(-100, (65536 - 7 - 10) / 12 + 1, (32768 - 7) / 12);
    check_limit(1, 1, 0);
    check_limit(0, 1, 0);
    check_limit(5, 5, 2);
    check_limit(128, 128, 64);
    check_limit(100000, (8192 - 7 - 10) / 12 + 1, (8192 - 7) / 12);
}

/* Values that are pushed together are counted together, before they are. */
static void test_pushed_together(void) {
    static struct slice values[1000];
    for (size_t i = 0; i < 1000; i++)
        values[i] = (struct slice){(char *)"0123456789", 10};
    list = list_new(&heap);
    list_push(&heap, &list, LIST_TAIL, values, 818);
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    end();
    list = list_new(&heap);
    list_push(&heap, &list, LIST_HEAD, values, 819);
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    end();
}

/* A value that is set or put in counts as one more before it is. */
static void test_set_counts(void) {
    list_max_listpack_size = 10;
    fill(9, 10, LIST_TAIL);
    struct list_cursor cursor = list_seek(list, 3);
    list_set(&heap, &list, &cursor, (struct slice){pattern, 5});
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    cursor = list_seek(list, 3);
    list_insert(&heap, &list, &cursor, true, (struct slice){pattern, 5});
    CHECK(strcmp(list_encoding(list), "listpack") == 0);
    cursor = list_seek(list, 3);
    list_set(&heap, &list, &cursor, (struct slice){pattern, 6});
    CHECK(strcmp(list_encoding(list), "quicklist") == 0);
    cursor = list_seek(list, 3);
    char scratch[NUMBER_I64_MAX_TEXT];
    CHECK_INT(list_value(&cursor, scratch).len, 6);
    CHECK_INT(list_len(list), 10);
    end();
    list_max_listpack_size = -2;
}

/* What is removed from the middle of a long list does not leave it in
 * crumbs. */
static void test_crumbs(void) {
    for (int round = 100; round <= 101; round++) {
        thin_out(round, 1);
        CHECK(list_len(list) <= 1000);
        CHECK(heap.bytes < 25000);
        end();
    }
}

/* How many equal values a list takes before it is more than a listpack. */
static size_t short_with(const char *value) {
    list = list_new(&heap);
    size_t count = 0;
    do {
        list_push(&heap, &list, LIST_TAIL,
                  &(struct slice){(char *)value, strlen(value)}, 1);
        count++;
    } while (strcmp(list_encoding(list), "listpack") == 0);
    end();
    return count - 1;
}

/* A letter takes three bytes and a digit two, and each is counted as one before
 * it is added: the last one may go past 8 KiB. */
static void test_longest_short(void) {
    CHECK_INT(short_with("a"), 2729);
    CHECK_INT(short_with("1"), 4093);
}

int main(void) {
    unit_test("short lists agree with an array", test_short);
    unit_test("long lists agree with an array", test_long);
    unit_test("lists agree while the limit of blocks changes",
              test_limit_changes);
    unit_test("a queue keeps its size", test_queue);
    unit_test("full blocks waste next to nothing", test_full);
    unit_test("a list that is thinned out gives memory back", test_crumbs);
    unit_test("so does one whose blocks stay too large to be joined",
              test_thinned);
    unit_test("so does one whose values become shorter", test_set_shorter);
    unit_test("many of a million blocks are removed", test_many_blocks);
    unit_test("so does one that is popped", test_emptied);
    unit_test("the encoding is told as Redis 7.2 does", test_encoding);
    unit_test("a list that turns keeps its form", test_turn);
    unit_test("list-max-listpack-size says when", test_limits);
    unit_test("values pushed together count together", test_pushed_together);
    unit_test("a value that is set counts as one more", test_set_counts);
    unit_test("a short list is as long as in Redis 7.2", test_longest_short);
    return unit_end();
}
