/* Buffers against a plain row of bytes. */
#include "buf.h"

#include <stdlib.h>

#include "unit.h"

enum { LIMIT = 1 << 20 };
static char model[LIMIT];
static size_t model_len;

static void check_same(const struct buf *buf) {
    if (CHECK_INT(buf_len(buf), model_len) && model_len > 0)
        CHECK_BYTES(buf_bytes(buf), buf_len(buf), model, model_len);
}

static void test_random(void) {
    uint64_t seed = 2;
    struct buf buf = {0};
    size_t wrong = 0;
    for (int step = 0; step < 20000; step++) {
        /* Mostly small pieces, sometimes one that is larger than a block. */
        size_t most = unit_random_below(&seed, 50) == 0 ? 100000 : 3000;
        size_t len = (size_t)unit_random_below(&seed, most);
        if (unit_random_below(&seed, 2) == 0) {
            if (len > LIMIT - model_len)
                len = LIMIT - model_len;
            for (size_t i = 0; i < len; i++)
                model[model_len + i] = (char)unit_random(&seed);
            buf_append(&buf, model + model_len, len);
            model_len += len;
        } else {
            if (len > model_len)
                len = model_len;
            buf_consume(&buf, len);
            memmove(model, model + len, model_len - len);
            model_len -= len;
        }
        wrong += buf_len(&buf) != model_len;
        if (step % 100 == 0)
            check_same(&buf);
    }
    CHECK_INT(wrong, 0);
    check_same(&buf);
    buf_free(&buf);
}

/* An empty buffer owns nothing, however full it was. */
static void test_empty(void) {
    struct buf buf = {0};
    CHECK_INT(buf_len(&buf), 0);
    buf_append(&buf, NULL, 0);
    CHECK(buf.block == NULL);
    buf_append(&buf, "abc", 3);
    buf_consume(&buf, 2);
    CHECK_TEXT(buf_bytes(&buf), buf_len(&buf), "c");
    buf_consume(&buf, 1);
    CHECK(buf.block == NULL);
    CHECK_INT(buf.room, 0);
}

/* Room that was reserved and not committed is no part of the buffer. */
static void test_reserve(void) {
    struct buf buf = {0};
    char *space = buf_reserve(&buf, 100000);
    memset(space, 'x', 100000);
    buf_commit(&buf, 3);
    CHECK_TEXT(buf_bytes(&buf), buf_len(&buf), "xxx");
    buf_free(&buf);
}

/* A large place is no larger than it must be, and what stays in front counts.
 */
static void test_reserve_large(void) {
    struct buf buf = {0};
    buf_append(&buf, "abc", 3);
    buf_consume(&buf, 1);
    (void)buf_reserve(&buf, 1000000);
    CHECK_INT(buf.room, 1000003);
    CHECK_TEXT(buf_bytes(&buf), buf_len(&buf), "bc");
    (void)buf_reserve(&buf, 1000001);
    CHECK_INT(buf.room, 2000006);
    buf_free(&buf);
}

/* A queue that is never empty and never long stays in a bounded block. */
static void test_bounded(void) {
    struct buf buf = {0};
    char bytes[1000] = "";
    for (int i = 0; i < 100000; i++) {
        buf_append(&buf, bytes, sizeof bytes);
        if (i > 4)
            buf_consume(&buf, sizeof bytes);
    }
    CHECK(buf.room <= 2 * BUF_BLOCK);
    buf_free(&buf);
}

/* The first blocks of buffers come and go; what is stored meanwhile must not
 * take their places. */
static void test_used_again(void) {
    struct buf buf = {0};
    buf_append(&buf, "x", 1);
    const char *block = buf.block;
    buf_free(&buf);
    char *stored = malloc(BUF_BLOCK / 4);
    CHECK(stored + BUF_BLOCK / 4 <= block || block + BUF_BLOCK <= stored);
    buf_append(&buf, "y", 1);
    CHECK(buf.block == block);
    CHECK_TEXT(buf_bytes(&buf), buf_len(&buf), "y");
    buf_free(&buf);
    free(stored);
}

/* Many more of them than are kept. */
static void test_many(void) {
    static struct buf bufs[1000];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 1000; i++)
            buf_append(&bufs[i], &i, sizeof i);
        size_t wrong = 0;
        for (size_t i = 0; i < 1000; i++) {
            wrong += memcmp(buf_bytes(&bufs[i]), &i, sizeof i) != 0;
            buf_free(&bufs[i]);
        }
        CHECK_INT(wrong, 0);
    }
}

int main(void) {
    unit_test("appends and consumes, as a plain row of bytes has it",
              test_random);
    unit_test("an empty buffer owns nothing", test_empty);
    unit_test("room that was only reserved", test_reserve);
    unit_test("a large reservation", test_reserve_large);
    unit_test("a short queue does not grow", test_bounded);
    unit_test("a first block is used again", test_used_again);
    unit_test("many buffers at once", test_many);
    return unit_end();
}
