/* HyperLogLogs: both forms against plain registers, the estimates against the
 * truth, and bytes that no server has written. */
#include <math.h>
#include <stdlib.h>

#include "hll_sparse.h"
#include "hyperloglog.h"
#include "limits.h"
#include "murmur.h"
#include "unit.h"

static uint64_t state = 11;

static struct hll new_hll(void) {
    struct hll hll = {.bytes = malloc(hll_room(0))};
    hll_init(&hll);
    return hll;
}

static struct slice bytes_of(const struct hll *hll) {
    return (struct slice){hll->bytes, hll->len};
}

/* Whether the registers are these. */
static bool has(const struct hll *hll, const uint8_t *due) {
    uint8_t seen[HLL_REGISTERS] = {0};
    return hll_is(bytes_of(hll)) && hll_merge(seen, bytes_of(hll)) &&
           memcmp(seen, due, HLL_REGISTERS) == 0;
}

static void test_hash(void) {
    CHECK(murmur_hash("", 0, 0) == 0);
    CHECK(murmur_hash("a", 1, 0xadc83b19U) != murmur_hash("a", 1, 0xadc83b18U));
}

static void test_empty(void) {
    struct hll hll = new_hll();
    uint64_t count = 1;
    CHECK_BYTES(hll.bytes, hll.len, "HYLL\1\0\0\0\0\0\0\0\0\0\0\0\x7f\xff", 18);
    CHECK(hll_kept_count(bytes_of(&hll), &count) && count == 0);
    hll_forget_count(hll.bytes);
    CHECK(!hll_kept_count(bytes_of(&hll), &count));
    hll_keep_count(hll.bytes, 123456789);
    CHECK(hll_kept_count(bytes_of(&hll), &count) && count == 123456789);
    free(hll.bytes);
}

/* The bytes that Redis has after PFADD key a b c. */
static const char known[] = {0x60,       (char)0xf3, (char)0x80, 0x50,
                             (char)0xb1, (char)0x84, 0x4b,       (char)0xfb,
                             (char)0x80, 0x42,       0x5a};

static void test_known_bytes(void) {
    struct hll hll = new_hll();
    for (const char *at = "abc"; *at != '\0'; at++)
        CHECK(hll_add(&hll, (struct slice){(char *)at, 1}) == HLL_CHANGED);
    CHECK(hll_add(&hll, (struct slice){"b", 1}) == HLL_SAME);
    CHECK_BYTES(hll.bytes + HLL_HEADER, hll.len - HLL_HEADER, known,
                sizeof known);
    free(hll.bytes);
}

/* Registers near to each other, so that runs are split and joined. */
static void raise_randomly(struct hll *hll, uint8_t *registers, int times) {
    size_t base = unit_random_below(&state, HLL_REGISTERS - 40);
    for (int i = 0; i < times; i++) {
        size_t index = base + unit_random_below(&state, 40);
        unsigned value = 1 + (unsigned)unit_random_below(&state, 4);
        bool larger = value > registers[index];
        CHECK(hll_raise(hll, index, value) ==
              (larger ? HLL_CHANGED : HLL_SAME));
        if (larger)
            registers[index] = (uint8_t)value;
    }
}

static void test_sparse(void) {
    for (int round = 0; round < 30; round++) {
        struct hll hll = new_hll();
        uint8_t registers[HLL_REGISTERS] = {0};
        for (int i = 0; i < 20; i++) {
            raise_randomly(&hll, registers, 50);
            CHECK(has(&hll, registers));
        }
        CHECK(!hll_is_dense(bytes_of(&hll)));
        CHECK(hll_make_dense(&hll) && hll_is_dense(bytes_of(&hll)));
        CHECK(has(&hll, registers));
        raise_randomly(&hll, registers, 200);
        CHECK(has(&hll, registers));
        free(hll.bytes);
    }
}

static void test_becomes_dense(void) {
    struct hll hll = new_hll();
    uint8_t registers[HLL_REGISTERS] = {0};
    registers[16383] = HLL_SPARSE_VALUE_MAX + 1;
    CHECK(hll_raise(&hll, 16383, HLL_SPARSE_VALUE_MAX) == HLL_CHANGED);
    CHECK(!hll_is_dense(bytes_of(&hll)));
    CHECK(hll_raise(&hll, 16383, HLL_SPARSE_VALUE_MAX + 1) == HLL_CHANGED);
    CHECK(hll_is_dense(bytes_of(&hll)) && has(&hll, registers));
    hll_init(&hll);
    size_t longest = 0;
    while (!hll_is_dense(bytes_of(&hll))) {
        longest = hll.len;
        (void)hll_raise(&hll, unit_random_below(&state, HLL_REGISTERS),
                        1 + (unsigned)unit_random_below(&state, 9));
    }
    CHECK(longest <= limits.hll_sparse_max_bytes);
    CHECK(longest > limits.hll_sparse_max_bytes - 3);
    free(hll.bytes);
}

/* The mean square of errors must be near that of 0.81 %. */
static void test_estimates(void) {
    enum { SETS = 40 };
    static const uint64_t sizes[] = {100, 3000, 40000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        double squares = 0;
        for (int set = 0; set < SETS; set++) {
            struct hll hll = new_hll();
            uint64_t count = 0;
            for (uint64_t i = 0; i < sizes[k]; i++) {
                uint64_t element = unit_random(&state);
                (void)hll_add(&hll, (struct slice){(char *)&element, 8});
            }
            CHECK(hll_count(bytes_of(&hll), &count));
            double error =
                ((double)count - (double)sizes[k]) / (double)sizes[k];
            squares += error * error;
            free(hll.bytes);
        }
        CHECK(sqrt(squares / SETS) < 0.0081 * 1.4);
    }
}

static void test_merging(void) {
    struct hll one = new_hll(), other = new_hll(), both = new_hll();
    uint8_t registers[HLL_REGISTERS] = {0};
    for (int i = 0; i < 20000; i++) {
        struct slice element = {(char *)&i, sizeof i};
        (void)hll_add(i % 100 == 0 ? &one : &other, element);
        (void)hll_add(&both, element);
    }
    CHECK(!hll_is_dense(bytes_of(&one)) && hll_is_dense(bytes_of(&other)));
    CHECK(hll_merge(registers, bytes_of(&one)));
    CHECK(hll_merge(registers, bytes_of(&other)));
    uint64_t count = 0;
    CHECK(has(&both, registers) && hll_count(bytes_of(&both), &count));
    CHECK_INT(hll_count_registers(registers), count);
    free(one.bytes);
    free(other.bytes);
    free(both.bytes);
}

/* Any bytes are refused or taken, but nothing is read or written beyond them.
 */
static void test_corrupt(void) {
    for (int round = 0; round < 20000; round++) {
        size_t len = HLL_HEADER + unit_random_below(&state, 40);
        struct hll hll = {malloc(len), len};
        for (size_t i = 0; i < len; i++)
            hll.bytes[i] = (char)unit_random(&state);
        memcpy(hll.bytes, "HYLL\1", 5);
        uint8_t registers[HLL_REGISTERS] = {0};
        uint64_t count;
        CHECK(hll_is(bytes_of(&hll)));
        (void)hll_merge(registers, bytes_of(&hll)); /* may be either */
        (void)hll_count(bytes_of(&hll), &count);
        hll.bytes = realloc(hll.bytes, hll_room(len));
        for (int i = 0; i < 20; i++)
            (void)hll_raise(&hll, unit_random_below(&state, HLL_REGISTERS),
                            1 + (unsigned)unit_random_below(&state, 40));
        free(hll.bytes);
    }
}

static void test_header(void) {
    char bytes[HLL_DENSE_SIZE + 1] = "HYLL";
    CHECK(hll_is((struct slice){bytes, HLL_DENSE_SIZE}));
    CHECK(!hll_is((struct slice){bytes, HLL_DENSE_SIZE - 1}));
    CHECK(!hll_is((struct slice){bytes, HLL_DENSE_SIZE + 1}));
    CHECK(!hll_is((struct slice){bytes, HLL_HEADER}));
    CHECK(!hll_is((struct slice){0}));
    bytes[4] = 1;
    CHECK(hll_is((struct slice){bytes, HLL_HEADER}));
    CHECK(!hll_is((struct slice){bytes, HLL_HEADER - 1}));
    bytes[4] = 2;
    CHECK(!hll_is((struct slice){bytes, HLL_HEADER}));
    bytes[4] = 1;
    bytes[0] = 'h';
    CHECK(!hll_is((struct slice){bytes, HLL_HEADER}));
}

/* The limit is a setting, and takes no memory of its own. */
static void test_any_limit(void) {
    const size_t before = limits.hll_sparse_max_bytes;
    limits.hll_sparse_max_bytes = INT64_MAX;
    CHECK(hll_room(0) < 40000);
    uint8_t due[HLL_REGISTERS] = {0};
    struct hll hll = new_hll();
    for (size_t i = 0; i < HLL_REGISTERS; i += 2) {
        due[i] = (uint8_t)(1 + i % 30);
        CHECK(hll_raise(&hll, i, due[i]) == HLL_CHANGED);
    }
    CHECK(has(&hll, due));
    free(hll.bytes);
    limits.hll_sparse_max_bytes = before;
}

int main(void) {
    unit_test("the hash depends on its seed", test_hash);
    unit_test("an empty one, and the count that it keeps", test_empty);
    unit_test("the bytes are Redis's", test_known_bytes);
    unit_test("runs are split and joined", test_sparse);
    unit_test("what is large or long becomes dense", test_becomes_dense);
    unit_test("any limit of the sparse form", test_any_limit);
    unit_test("the error of estimates", test_estimates);
    unit_test("two are merged", test_merging);
    unit_test("any bytes are safe", test_corrupt);
    unit_test("headers", test_header);
    return unit_end();
}
