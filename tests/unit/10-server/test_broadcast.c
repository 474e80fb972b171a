/* Prefixes that overlap, compared at random with a plain model. */
#include "broadcast.c"
#include "unit.h"

static uint64_t random_state = 10;

static uint64_t below(uint64_t limit) {
    return unit_random_below(&random_state, limit);
}

/* The plain model: each with each. */
static size_t first_of_pairs(const struct slice *named, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (overlap(named[i], named[j]))
                return i;
    return count;
}

static void test_overlaps(void) {
    for (int turn = 0; turn < 20000; turn++) {
        char letters[8][6];
        struct slice named[8];
        size_t count = below(9);
        for (size_t i = 0; i < count; i++) {
            named[i] = (struct slice){letters[i], below(7)};
            for (size_t k = 0; k < named[i].len; k++)
                letters[i][k] = (char)('a' + below(3));
        }
        CHECK_INT(first_overlap(named, count), first_of_pairs(named, count));
    }
}

int main(void) {
    unit_test("prefixes that overlap are found", test_overlaps);
    return unit_end();
}
