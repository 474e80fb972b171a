/* The longest common subsequence against two models: the definition, by
 * recursion, for what is short, and the plain table with the choices that
 * Redis makes in it, for what is longer than a column of bits. */
#include "lcs.h"

#include <stdlib.h>

#include "unit.h"

enum { LONGEST = 300 };

static const uint64_t no_limit = UINT64_MAX;

static char a_bytes[LONGEST], b_bytes[LONGEST];

static struct slice random_text(uint64_t *state, char *bytes, size_t len,
                                unsigned letters) {
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)unit_random_below(state, letters);
    return (struct slice){bytes, len};
}

/* The definition: drop a last byte that is not common, in either way. */
static size_t recursive(struct slice a, struct slice b) {
    if (a.len == 0 || b.len == 0)
        return 0;
    struct slice shorter_a = {a.ptr, a.len - 1}, shorter_b = {b.ptr, b.len - 1};
    if (a.ptr[a.len - 1] == b.ptr[b.len - 1])
        return recursive(shorter_a, shorter_b) + 1;
    size_t one = recursive(shorter_a, b), other = recursive(a, shorter_b);
    return one > other ? one : other;
}

/* Cell i, j: for the first i bytes of a and the first j of b. */
static size_t table[LONGEST + 1][LONGEST + 1];

static void fill_table(struct slice a, struct slice b) {
    for (size_t i = 0; i <= a.len; i++) {
        for (size_t j = 0; j <= b.len; j++) {
            if (i == 0 || j == 0)
                table[i][j] = 0;
            else if (a.ptr[i - 1] == b.ptr[j - 1])
                table[i][j] = table[i - 1][j - 1] + 1;
            else if (table[i - 1][j] > table[i][j - 1])
                table[i][j] = table[i - 1][j];
            else
                table[i][j] = table[i][j - 1];
        }
    }
}

/* Walks the runs and the table side by side, a byte at a time. */
static bool check_walk(const struct lcs *lcs) {
    size_t i = lcs->a.len, j = lcs->b.len, sum = 0;
    struct lcs_run run = {i, j, 0};
    bool good = true;
    while (good && lcs_next_run(lcs, &run)) {
        sum += run.len;
        for (size_t n = run.len; good && n-- > 0; i--, j--) {
            while (i > 0 && j > 0 && lcs->a.ptr[i - 1] != lcs->b.ptr[j - 1]) {
                if (table[i - 1][j] > table[i][j - 1])
                    i--;
                else
                    j--;
            }
            good = CHECK_INT(run.a + n + 1, i) && CHECK_INT(run.b + n + 1, j);
        }
    }
    return CHECK_INT(sum, lcs->length) && good;
}

static bool check_pair(struct slice a, struct slice b) {
    struct lcs lcs;
    bool good = CHECK(lcs_solve(&lcs, a, b, no_limit));
    fill_table(a, b);
    good &= CHECK_INT(lcs.length, table[a.len][b.len]);
    good &= check_walk(&lcs);
    lcs_free(&lcs);
    return good;
}

static void test_short(void) {
    uint64_t state = 1;
    for (int round = 0; round < 3000; round++) {
        struct slice a =
            random_text(&state, a_bytes, unit_random_below(&state, 9), 3);
        struct slice b =
            random_text(&state, b_bytes, unit_random_below(&state, 9), 3);
        struct lcs lcs;
        CHECK(lcs_solve(&lcs, a, b, no_limit));
        CHECK_INT(lcs.length, recursive(a, b));
        lcs_free(&lcs);
    }
}

static void test_random(void) {
    static const unsigned letters[] = {1, 2, 3, 4, 26, 256};
    uint64_t state = 2;
    for (int round = 0; round < 600; round++) {
        unsigned kinds = letters[unit_random_below(&state, 6)];
        struct slice a = random_text(
            &state, a_bytes, unit_random_below(&state, LONGEST + 1), kinds);
        struct slice b = random_text(
            &state, b_bytes, unit_random_below(&state, LONGEST + 1), kinds);
        if (!check_pair(a, b))
            return;
    }
}

/* Where a column of bits ends, and where its last one is narrow. */
static void test_edges(void) {
    static const size_t lens[] = {0,   1,   7,   8,   9,   15,  16,  17,  56,
                                  57,  63,  64,  65,  71,  72,  73,  120, 127,
                                  128, 129, 191, 192, 193, 255, 256, 257};
    enum { LENS = sizeof lens / sizeof lens[0] };
    uint64_t state = 3;
    for (size_t i = 0; i < LENS; i++)
        for (size_t j = 0; j < LENS; j++)
            for (unsigned kinds = 1; kinds <= 4; kinds++)
                if (!check_pair(random_text(&state, a_bytes, lens[i], kinds),
                                random_text(&state, b_bytes, lens[j], kinds)))
                    return;
}

static void test_equal_texts(void) {
    uint64_t state = 4;
    struct slice a = random_text(&state, a_bytes, 200, 256);
    struct lcs lcs;
    struct lcs_run run = {200, 200, 0};
    CHECK(lcs_solve(&lcs, a, a, no_limit));
    CHECK_INT(lcs.length, 200);
    CHECK(lcs_next_run(&lcs, &run));
    CHECK(run.a == 0 && run.b == 0 && run.len == 200);
    CHECK(!lcs_next_run(&lcs, &run));
    lcs_free(&lcs);
}

/* What is refused is not read: the slices have no bytes. */
static void test_limits(void) {
    struct lcs lcs;
    struct slice empty = {NULL, 0};
    struct slice large = {a_bytes, 512 << 20};
    CHECK(!lcs_solve(&lcs, large, large, 512 << 20));
    CHECK(!lcs_solve(&lcs, large, empty, 512 << 20));
    struct slice three = {a_bytes, 3}, four = {b_bytes, 4};
    CHECK(!lcs_solve(&lcs, three, four, 79));
    CHECK(lcs_solve(&lcs, three, four, 80));
    lcs_free(&lcs);
}

int main(void) {
    unit_test("lcs: short texts, by the definition", test_short);
    unit_test("lcs: any texts, and Redis's choice among equals", test_random);
    unit_test("lcs: lengths around the width of a column", test_edges);
    unit_test("lcs: equal texts are one run", test_equal_texts);
    unit_test("lcs: what is too large is refused unread", test_limits);
    return unit_end();
}
