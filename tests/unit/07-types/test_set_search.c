/* Many searches in one set find what is there, in each form of a set, whatever
 * is long, equal at its ends, or a number. */
#include "set_search.h"

#include "limits.h"
#include "reaper.h"
#include "similar_texts.h"
#include "unit.h"

enum { MOST = 3000 };

static struct heap heap;

/* Of the numbers 2i and 2i + 1 the set has one. */
static void check_searches(size_t count, const char *encoding) {
    struct set *set = set_new(&heap);
    char text[SIMILAR_TEXT];
    for (size_t i = 0; i < count; i++)
        CHECK(set_add(&heap, &set, similar_text(2 * i + (i % 3 == 0), text)));
    CHECK(strcmp(set_encoding(set), encoding) == 0);
    struct set_search search = set_search_begin(set);
    for (size_t i = 0; i < count + 20; i++) {
        bool odd = i % 3 == 0;
        CHECK(set_search_has(&search, similar_text(2 * i + odd, text)) ==
              (i < count));
        CHECK(!set_search_has(&search, similar_text(2 * i + !odd, text)));
    }
    set_search_end(&search);
    set_free(&heap, set);
    reaper_stop();
    CHECK_INT(heap.bytes, 0);
}

static void test_packed(void) {
    static const size_t counts[] = {1, 23, 24, 100, 512, 513, 1024, MOST};
    limits.set_max_listpack_entries = MOST;
    limits.set_max_listpack_value = SIMILAR_TEXT;
    limits.packed_max_bytes = SIZE_MAX;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_searches(counts[i], "listpack");
}

static void test_table(void) {
    limits.set_max_listpack_entries = 10;
    check_searches(MOST, "hashtable");
}

static void test_missing(void) {
    struct set_search search = set_search_begin(NULL);
    for (int i = 0; i < 20; i++)
        CHECK(!set_search_has(&search, (struct slice){"a", 1}));
    set_search_end(&search);
}

int main(void) {
    unit_test("searches in a packed set find what is there", test_packed);
    unit_test("searches in a table find what is there", test_table);
    unit_test("a missing set has nothing", test_missing);
    return unit_end();
}
