/* A table over the elements of a listpack: it tells elements apart whatever is
 * long, equal at its ends, or a number. */
#include "packed_index.h"

#include <stdlib.h>

#include "listpack.h"
#include "similar_texts.h"
#include "unit.h"

enum { MOST = 3000, BYTES = LISTPACK_EMPTY + MOST * (SIMILAR_TEXT + 10) };

/* Makes a listpack of every other number below twice the count. */
static uint8_t *listpack_of(size_t count) {
    uint8_t *lp = malloc(BYTES), *at = listpack_first(lp);
    char text[SIMILAR_TEXT];
    for (size_t i = 0; i < count; i++) {
        struct listpack_element element =
            listpack_element(similar_text(2 * i, text));
        if (i % 3 == 0)
            element = listpack_element(similar_text(2 * i + 1, text));
        at = listpack_write(at, &element);
    }
    *at++ = LISTPACK_END;
    listpack_set_header(lp, (size_t)(at - lp), count);
    return lp;
}

/* Each element is found once it was added, and those that were not are not. */
static void check_searches(size_t count) {
    uint8_t *lp = listpack_of(count);
    struct packed_index index;
    packed_index_init(&index, lp, count);
    size_t i = 0;
    for (uint8_t *at = listpack_first(lp); !listpack_at_end(at);
         at = listpack_next(at), i++) {
        CHECK(*packed_index_find(&index, at, listpack_size(at)) == 0);
        if (i % 5 != 0)
            CHECK(packed_index_add(&index, at));
    }
    i = 0;
    for (uint8_t *at = listpack_first(lp); !listpack_at_end(at);
         at = listpack_next(at), i++)
        CHECK_INT(*packed_index_find(&index, at, listpack_size(at)),
                  i % 5 != 0 ? at - lp : 0);
    packed_index_free(&index);
    free(lp);
}

static void test_searches(void) {
    static const size_t counts[] = {0, 1, 23, 24, 100, 512, 513, 1024, MOST};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_searches(counts[i]);
}

static void test_twice(void) {
    uint8_t *lp = listpack_of(50);
    struct packed_index index;
    packed_index_init(&index, lp, 50);
    for (uint8_t *at = listpack_first(lp); !listpack_at_end(at);
         at = listpack_next(at)) {
        CHECK(packed_index_add(&index, at));
        CHECK(!packed_index_add(&index, at));
    }
    packed_index_free(&index);
    free(lp);
}

int main(void) {
    unit_test("a table finds what is there, and nothing else", test_searches);
    unit_test("an element that is there twice is told", test_twice);
    return unit_end();
}
