/* Sorted sets against a plain sorted array: the same calls, the same answers.
 */
#include <math.h>
#include <stdlib.h>

#include "dict.h"
#include "limits.h"
#include "string_hash.h"
#include "timer.h"
#include "unit.h"
#include "zset.h"
#include "zset_item.h"

enum { MOST = 6000, NAMES = 9000 };

struct pair {
    double score;
    struct slice member;
};

static struct heap heap, other;
static struct zset *zset;
static struct pair model[MOST];
static size_t len;
static char names[NAMES][100];
static uint64_t seed = 7;

static size_t below(size_t limit) {
    return unit_random_below(&seed, limit);
}

static struct slice random_name(void) {
    char *name = names[below(NAMES)];
    return slice_of(name);
}

/* Few enough scores that there are ties, some with fractions. */
static double random_score(void) {
    double score = (double)below(200) - 100;
    return below(3) == 0 ? score + 0.1 : score;
}

static int order(const struct pair *a, const struct pair *b) {
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return slice_compare(a->member, b->member);
}

static size_t model_find(struct slice member) {
    size_t at = 0;
    while (at < len && !slice_equal(model[at].member, member))
        at++;
    return at;
}

static void model_remove(size_t at, size_t count) {
    memmove(model + at, model + at + count, (len - at - count) * sizeof *model);
    len -= count;
}

static void model_set(struct slice member, double score) {
    struct pair pair = {score, member};
    size_t at = model_find(member);
    if (at < len)
        model_remove(at, 1);
    for (at = 0; at < len && order(&model[at], &pair) < 0;)
        at++;
    memmove(model + at + 1, model + at, (len - at) * sizeof *model);
    model[at] = pair;
    len++;
}

static bool is_pair(const struct zset_cursor *cursor, size_t at) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice member = zset_member(cursor, scratch);
    return CHECK_BYTES(member.ptr, member.len, model[at].member.ptr,
                       model[at].member.len) &&
           CHECK(zset_score_at(cursor) == model[at].score);
}

/* All of it, both ways. */
static void check_all(void) {
    CHECK_INT(zset_count(zset), len);
    struct zset_cursor cursor = zset_seek(zset, 0);
    for (size_t i = 0; i < len; i++, zset_next(&cursor, false))
        if (!is_pair(&cursor, i))
            return;
    if (len == 0)
        return;
    cursor = zset_seek(zset, len - 1);
    for (size_t i = len; i-- > 0; zset_next(&cursor, true))
        if (!is_pair(&cursor, i))
            return;
}

static void do_set(void) {
    struct slice member = random_name();
    double score = random_score();
    bool is_new = model_find(member) == len;
    if (is_new && len == MOST)
        return;
    CHECK_INT(zset_set(&heap, &zset, member, score) == ZSET_ADDED, is_new);
    model_set(member, score);
}

static void do_remove(void) {
    struct slice member = random_name();
    if (len > 0 && below(2))
        member = model[below(len)].member;
    size_t at = model_find(member);
    CHECK_INT(zset_remove(&heap, &zset, member), at < len);
    if (at < len)
        model_remove(at, 1);
}

static void do_remove_ranks(void) {
    if (len == 0 || below(20) != 0)
        return;
    size_t at = below(len), count = below(len - at + 1);
    if (below(4) != 0)
        count %= 40;
    zset_remove_ranks(&heap, &zset, at, count);
    model_remove(at, count);
}

static void do_find(void) {
    struct slice member = random_name();
    size_t at = model_find(member), rank = 0;
    double score = 0, same = 0;
    CHECK_INT(zset_score(zset, member, &score), at < len);
    CHECK_INT(zset_rank(zset, member, &rank, &same), at < len);
    if (at == len)
        return;
    CHECK(score == model[at].score && same == score);
    CHECK_INT(rank, at);
}

static void do_cut(void) {
    struct zset_cut cut = {
        .by_score = below(3) != 0, .after = below(2), .score = random_score()};
    struct slice member = random_name();
    size_t rank = 0;
    if (cut.by_score && below(2)) {
        cut.by_member = true;
        cut.member = member;
    }
    while (rank < len) {
        struct pair *pair = &model[rank];
        bool before = cut.after;
        if (cut.by_score && pair->score != cut.score)
            before = pair->score < cut.score;
        else if (cut.by_member && !slice_equal(pair->member, member))
            before = slice_compare(pair->member, member) < 0;
        if (!before)
            break;
        rank++;
    }
    CHECK_INT(zset_rank_of_cut(zset, &cut), rank);
}

static void do_copy(void) {
    if (below(300) != 0)
        return;
    struct zset *copy = zset_copy(&other, zset);
    zset_free(&heap, zset);
    timer_run_due(INT64_MAX - 1);
    zset = zset_copy(&heap, copy);
    zset_free(&other, copy);
    timer_run_due(INT64_MAX - 1);
    check_all();
}

/* Grows and shrinks, with as many of each as the phase says. */
static void random_steps(size_t steps, size_t sets) {
    for (size_t i = 0; i < steps; i++) {
        if (below(10) < sets)
            do_set();
        else
            do_remove();
        do_remove_ranks();
        do_find();
        do_cut();
        do_copy();
        if (i % 500 == 0)
            check_all();
    }
    check_all();
}

static void finish(void) {
    zset_free(&heap, zset);
    for (int i = 0; i < 1000 && heap.bytes + other.bytes > 0; i++)
        timer_run_due(INT64_MAX - 1);
    CHECK_INT(heap.bytes, 0);
    CHECK_INT(other.bytes, 0);
    len = 0;
}

static void test_small(void) {
    for (int round = 0; round < 50; round++) {
        zset = zset_new(&heap);
        for (size_t i = 0; i < 100; i++) {
            do_set();
            do_find();
            do_cut();
            if (i % 3 == 0)
                do_remove();
        }
        check_all();
        finish();
    }
}

static void test_large(void) {
    zset = zset_new(&heap);
    random_steps(6000, 9);
    CHECK(strcmp(zset_encoding(zset), "skiplist") == 0);
    random_steps(4000, 3);
    random_steps(4000, 8);
    finish();
}

/* Members that come in order, forwards or backwards, fill the leaves. */
static void test_in_order(void) {
    for (int backwards = 0; backwards < 2; backwards++) {
        zset = zset_new(&heap);
        for (size_t i = 0; i < 20000; i++) {
            char text[24];
            size_t size = format_i64(text, (int64_t)i);
            CHECK(zset_set(&heap, &zset, (struct slice){text, size},
                           backwards ? -(double)i : (double)i));
        }
        for (size_t i = 0; i < 20000; i += 1717) {
            char text[24];
            size_t size = format_i64(text, (int64_t)i), rank;
            double score;
            CHECK(zset_rank(zset, (struct slice){text, size}, &rank, &score));
            CHECK_INT(rank, backwards ? 19999 - i : i);
        }
        const struct zset_tree *tree;
        size_t index = dict_memory(zset_dict(zset, &tree));
        /* An item has up to 16 bytes; what is left is the tree's. */
        CHECK(zset_memory(zset) - index < 20000 * (heap_round(16) + 19));
        zset_remove_ranks(&heap, &zset, 10, 19980);
        CHECK_INT(zset_count(zset), 20);
        zset_remove_ranks(&heap, &zset, 0, 20);
        CHECK_INT(zset_count(zset), 0);
        finish();
    }
}

/* Many ranges from all over a large set, long and short: the nodes of what is
 * left are not much emptier than those of a set that was filled at random. */
static void test_ranges(void) {
    enum { MANY = 60000 };
    for (size_t longest = 20; longest <= 20000; longest *= 10) {
        zset = zset_new(&heap);
        for (size_t i = 0; i < MANY; i++) {
            char text[24];
            size_t size = format_i64(text, (int64_t)i);
            CHECK(zset_set(&heap, &zset, (struct slice){text, size},
                           (double)i) == ZSET_ADDED);
        }
        size_t left = MANY;
        while (left > 3000) {
            size_t rank = below(left), count = below(longest);
            if (count > left - rank)
                count = left - rank;
            zset_remove_ranks(&heap, &zset, rank, count);
            left -= count;
            CHECK_INT(zset_count(zset), left);
            CHECK(zset_memory(zset) < left * 150 + 10000);
        }
        double last = -1;
        struct zset_cursor cursor = zset_seek(zset, 0);
        for (size_t i = 0; i < left; i++, zset_next(&cursor, false)) {
            char scratch[NUMBER_I64_MAX_TEXT];
            struct slice member = zset_member(&cursor, scratch);
            double score = zset_score_at(&cursor), same = -1;
            CHECK(score > last);
            CHECK(zset_score(zset, member, &same) && same == score);
            last = score;
        }
        finish();
    }
}

static void test_limits(void) {
    char text[100];
    memset(text, 'x', sizeof text);
    zset = zset_new(&heap);
    CHECK(zset_set(&heap, &zset, (struct slice){text, 64}, 1));
    CHECK(strcmp(zset_encoding(zset), "listpack") == 0);
    CHECK(zset_set(&heap, &zset, (struct slice){text, 65}, 1));
    CHECK(strcmp(zset_encoding(zset), "skiplist") == 0);
    finish();
    zset = zset_new(&heap);
    for (size_t i = 0; i <= limits.zset_max_listpack_entries; i++) {
        CHECK(strcmp(zset_encoding(zset), "listpack") == 0);
        struct slice member = slice_of(names[i]);
        CHECK(zset_set(&heap, &zset, member, 1));
    }
    CHECK(strcmp(zset_encoding(zset), "skiplist") == 0);
    finish();
}

/* What a command announces counts, not what is left of it. A set that is large
 * from its first member on keeps the sign of zero. */
static void test_expected(void) {
    double score;
    size_t most = limits.zset_max_listpack_entries;
    zset = zset_new_for(&heap, most);
    CHECK(strcmp(zset_encoding(zset), "listpack") == 0);
    CHECK(zset_set(&heap, &zset, slice_of("a"), 1.5));
    zset_expect(&heap, &zset, most);
    CHECK(strcmp(zset_encoding(zset), "listpack") == 0);
    zset_expect(&heap, &zset, most + 1);
    CHECK(strcmp(zset_encoding(zset), "skiplist") == 0);
    CHECK(zset_score(zset, slice_of("a"), &score) && score == 1.5);
    finish();
    zset = zset_new_for(&heap, most + 1);
    CHECK(zset_set(&heap, &zset, slice_of("a"), -0.0));
    CHECK(strcmp(zset_encoding(zset), "skiplist") == 0);
    CHECK(zset_score(zset, slice_of("a"), &score) && signbit(score));
    finish();
}

/* However long members may be, a block has so many bytes at most. */
static void test_block_limit(void) {
    char text[100];
    memset(text, 'x', sizeof text);
    const struct limits before = limits;
    limits.packed_max_bytes = 1000;
    limits.zset_max_listpack_value = 1000000;
    zset = zset_new(&heap);
    for (size_t i = 0; i < 30; i++) {
        text[0] = (char)('a' + i);
        CHECK(zset_set(&heap, &zset, (struct slice){text, sizeof text},
                       (double)i) == ZSET_ADDED);
        bool small = zset_listpack(zset) != NULL;
        CHECK(small == (i < 9));
    }
    zset_settle(&heap, &zset);
    CHECK(zset_listpack(zset) == NULL && zset_count(zset) == 30);
    zset_remove_ranks(&heap, &zset, 3, 25);
    zset_settle(&heap, &zset);
    CHECK(zset_listpack(zset) != NULL && zset_count(zset) == 5);
    finish();
    limits = before;
}

/* A large set becomes small in a moment, whatever the limit is. If each member
 * were searched for its place, it would take longer than a test may. */
static void test_settle_many(void) {
    enum { MANY = 200000 };
    const struct limits before = limits;
    char name[16], scratch[NUMBER_I64_MAX_TEXT];
    limits.zset_max_listpack_entries = MANY;
    zset = zset_new_large(&heap);
    for (int i = 0; i < MANY; i++) {
        size_t length = (size_t)snprintf(name, sizeof name, "%d", i);
        (void)zset_set(&heap, &zset, (struct slice){name, length}, i / 4.0);
    }
    zset_settle(&heap, &zset);
    CHECK(zset_listpack(zset) != NULL && zset_count(zset) == MANY);
    struct zset_cursor at = zset_seek(zset, MANY - 1);
    CHECK(zset_score_at(&at) == (MANY - 1) / 4.0);
    CHECK(slice_is(zset_member(&at, scratch), "199999"));
    finish();
    limits = before;
}

/* Some ranks of a large and of a small set become a small or a large one. */
static void test_copy_ranks(void) {
    enum { MANY = 300 };
    char name[16], scratch[NUMBER_I64_MAX_TEXT];
    const struct limits before = limits;
    for (int source = 0; source < 2; source++) {
        limits.zset_max_listpack_entries = source == 0 ? 128 : MANY;
        zset = zset_new(&heap);
        for (int i = 0; i < MANY; i++) {
            size_t length = (size_t)snprintf(name, sizeof name, "%d", i);
            (void)zset_set(&heap, &zset, (struct slice){name, length}, i / 4.0);
        }
        CHECK_INT(zset_listpack(zset) != NULL, source);
        limits.zset_max_listpack_entries = 128;
        for (size_t count = 127; count < 130; count++) {
            struct zset *copy = zset_copy_ranks(&other, zset, 50, count);
            CHECK_INT(zset_count(copy), count);
            CHECK_INT(zset_listpack(copy) != NULL, count <= 128);
            struct zset_cursor at = zset_seek(copy, 0);
            for (size_t i = 0; i < count; i++, zset_next(&at, false)) {
                size_t length =
                    (size_t)snprintf(name, sizeof name, "%zu", i + 50);
                CHECK(zset_score_at(&at) == (double)(i + 50) / 4);
                CHECK(slice_equal(zset_member(&at, scratch),
                                  (struct slice){name, length}));
            }
            zset_free(&other, copy);
        }
        finish();
    }
    limits = before;
}

/* Members that are gathered, and change their scores meanwhile, are the same
 * set as those that are set. */
static void test_gather(void) {
    struct zset_item *items[MOST];
    size_t count = 0;
    zset = zset_new_large(&heap);
    for (size_t i = 0; i < MOST; i++) {
        struct slice name = random_name();
        double score = random_score();
        bool is_new;
        struct zset_item *item = zset_gather(&heap, zset, name, &is_new);
        CHECK_INT(is_new, model_find(name) == len);
        item->score = score;
        model_set(name, score);
        if (is_new)
            items[count++] = item;
    }
    zset_arrange(&heap, zset, items, count);
    check_all();
    finish();
}

/* A set that lost nearly all of its members takes what it took before it had
 * them, but for the room of its dict. */
static void test_memory(void) {
    char name[16];
    zset = zset_new_large(&heap);
    (void)zset_set(&heap, &zset, slice_of("first"), -1);
    const struct zset_tree *tree;
    size_t empty = zset_memory(zset) - dict_memory(zset_dict(zset, &tree));
    for (int i = 0; i < 1000; i++) {
        size_t length = (size_t)snprintf(name, sizeof name, "member:%d", i);
        (void)zset_set(&heap, &zset, (struct slice){name, length}, i);
    }
    CHECK(zset_memory(zset) > 1000 * 20);
    for (int i = 0; i < 300; i++) {
        size_t length = (size_t)snprintf(name, sizeof name, "member:%d", i);
        CHECK(zset_remove(&heap, &zset, (struct slice){name, length}));
    }
    zset_remove_ranks(&heap, &zset, 1, 400);
    zset_remove_ranks(&heap, &zset, 1, 300);
    CHECK_INT(zset_memory(zset) - dict_memory(zset_dict(zset, &tree)), empty);
    finish();
}

static size_t visited;

static void visit(void *context, struct slice member, double score) {
    bool *seen = context;
    size_t at = model_find(member);
    visited++;
    if (CHECK(at < len) && CHECK(model[at].score == score))
        seen[at] = true;
}

static void test_scan(void) {
    bool seen[MOST] = {false};
    zset = zset_new(&heap);
    for (size_t i = 0; i < 1000; i++)
        do_set();
    uint64_t cursor = 0;
    visited = 0;
    do
        cursor = zset_scan(zset, cursor, visit, seen);
    while (cursor != 0);
    CHECK_INT(visited, len);
    for (size_t i = 0; i < len; i++)
        CHECK(seen[i]);
    finish();
}

int main(void) {
    string_hash_start();
    for (size_t i = 0; i < NAMES; i++) {
        int longer = i % 500 == 499 ? 70 : 0;
        snprintf(names[i], sizeof names[i], "%s%zu%.*s",
                 i % 2 ? "" : "name:", i * 7919 % 100000, longer,

                 "-----------------------------------"
                 "-----------------------------------");
    }
    unit_test("small sorted sets", test_small);
    unit_test("large sorted sets", test_large);
    unit_test("members that come in order", test_in_order);
    unit_test("ranges of a sorted set are removed", test_ranges);
    unit_test("a set grows out of its small form at Redis's limits",
              test_limits);
    unit_test("a set is large at once if so many members are announced",
              test_expected);
    unit_test("a sorted set grows out of a block that is too long",
              test_block_limit);
    unit_test("a large sorted set of many members becomes small",
              test_settle_many);
    unit_test("some ranks of a sorted set are copied", test_copy_ranks);
    unit_test("members are gathered and then put in order", test_gather);
    unit_test("the memory of a sorted set is that of its members", test_memory);
    unit_test("a scan visits all members", test_scan);
    return unit_end();
}
