/* Ziplists and zipmaps: a walk over any bytes stays within them, ends, and
 * says where it stopped and why. */
#include "block_walk.h"
#include "test_rdb_read.h"

enum { TURNS = 200000, LONGEST = 64 };

typedef bool next_element(struct block_walk *walk,
                          struct listpack_element *element);

/* Walks over exactly these bytes. Returns how many elements there are, or -1
 * when something is wrong. */
static int64_t walk_over(size_t header, next_element *next,
                         const uint8_t *bytes, size_t len) {
    struct block_walk walk;
    struct listpack_element element;
    uint8_t *exact = malloc(len);
    size_t elements = 0, sum = 0;
    if (len > 0)
        memcpy(exact, bytes, len);
    if (block_walk_start(&walk, exact, len, header))
        while (next(&walk, &element)) {
            elements++;
            for (size_t i = 0; i < element.bytes.len; i++)
                sum += (size_t)(unsigned char)element.bytes.ptr[i];
        }
    CHECK(elements <= len && sum <= 255 * len);
    CHECK(walk.wrong != NULL || walk.at + 1 == len);
    CHECK(walk.at <= len);
    CHECK_INT(walk.count, elements);
    free(exact);
    return walk.wrong != NULL ? -1 : (int64_t)elements;
}

/* Cuts, and then bytes that were changed, one or several at a time. */
static void damage(size_t header, next_element *next, struct bytes *block,
                   int64_t elements) {
    CHECK_INT(walk_over(header, next, block->at, block->len), elements);
    for (size_t len = 0; len < block->len; len++)
        CHECK_INT(walk_over(header, next, block->at, len), -1);
    for (int turn = 0; turn < TURNS; turn++) {
        uint8_t bytes[LONGEST];
        CHECK(block->len <= sizeof bytes);
        memcpy(bytes, block->at, block->len);
        for (uint64_t i = unit_random_below(&state, 4); i < 4; i++)
            bytes[unit_random_below(&state, block->len)] =
                (uint8_t)unit_random(&state);
        (void)walk_over(header, next, bytes, block->len);
    }
    free_bytes(block);
}

static const char *const items[] = {"a",      "1",  "-70000", "bcd", "",
                                    "400000", "77", "-1",     NULL};

static void test_ziplists(void) {
    struct bytes block = ziplist_of(items);
    damage(ZIPLIST_HEADER, ziplist_next, &block, 8);
}

static void test_zipmaps(void) {
    struct bytes block = zipmap_of(items, 1);
    damage(ZIPMAP_HEADER, zipmap_next, &block, 8);
}

/* The length before may be in five bytes though one would do: Redis left it
 * so when an entry became shorter. */
static void test_wide_length_before(void) {
    static const uint8_t bytes[] = "\x17\0\0\0\x0d\0\0\0\x02\0" /* head */
                                   "\x00\x01"
                                   "a"
                                   "\xfe\x03\0\0\0\x03"
                                   "bcd\xff";
    CHECK_INT(walk_over(ZIPLIST_HEADER, ziplist_next, bytes, 23), 2);
}

int main(void) {
    unit_test("ziplists of any bytes", test_ziplists);
    unit_test("zipmaps of any bytes", test_zipmaps);
    unit_test("a length before that is wider than it need be",
              test_wide_length_before);
    return unit_end();
}
