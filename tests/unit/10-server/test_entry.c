/* Entries in as few bytes as can be: what an entry of each kind takes. That
 * they work as the plain ones do is test_keyspace.c's and test_db.c's. */
#include "entry_expiry.h"
#include "entry_layout.h"
#include "stage_types.h"
#include "unit.h"

enum { HEAD = 6, KEY = 10, EXPIRY = 8, LONG_KEY_LEN = 4 };

static struct heap heap;
static char bytes[1000];

static struct slice text(size_t len) {
    return (struct slice){bytes, len};
}

static void test_sizes(void) {
    static const struct {
        size_t key, value, size;
    } cases[] = {
        {KEY, 32, HEAD + KEY + 32},   {KEY, 0, HEAD + KEY},
        {KEY, 255, HEAD + KEY + 255}, {KEY, 256, HEAD + KEY + sizeof(void *)},
        {255, 1, HEAD + 255 + 1},     {256, 1, HEAD + LONG_KEY_LEN + 256 + 1},
    };
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice value = text(cases[i].value);
        struct entry *entry = entry_new(&heap, text(cases[i].key), value);
        CHECK_INT(entry_size(entry), cases[i].size);
        entry_free(&heap, entry);
    }
    struct slice number = {"-12345", 6};
    struct entry *entry = entry_new(&heap, text(KEY), number);
    CHECK_INT(entry_size(entry), HEAD + KEY + sizeof(int64_t));
    entry_free(&heap, entry);
    CHECK_INT(heap.bytes, 0);
}

/* Only an entry that expires has room for its expiry, whatever its key. */
static void test_expiry(void) {
    for (size_t key = 1; key < sizeof bytes; key += 254) {
        struct entry *entry = entry_new(&heap, text(key), text(9));
        size_t size = entry_size(entry);
        CHECK_INT(entry_expiry(entry), NO_EXPIRY);
        entry = entry_set_expiry(&heap, entry, 12345);
        CHECK_INT(entry_size(entry), size + EXPIRY);
        CHECK_INT(entry_expiry(entry), 12345);
        entry = entry_set_expiry(&heap, entry, NO_EXPIRY);
        CHECK_INT(entry_size(entry), size);
        CHECK(slice_equal(entry_key(entry), text(key)));
        entry_free(&heap, entry);
    }
    CHECK_INT(heap.bytes, 0);
}

int main(void) {
    unit_test("entry: as few bytes as can be", test_sizes);
    unit_test("entry: eight more for an expiry", test_expiry);
    return unit_end();
}
