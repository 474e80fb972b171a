/* What is packed is unpacked, and nothing outside is touched: each block has
 * just its size, so that AddressSanitizer sees a byte beyond it. */
#include "lzf.h"

#include <stdlib.h>

#include "unit.h"

enum { MOST = 600 };

/* Unpacks, and compares with what is expected if that is not NULL. */
static void unpack(const uint8_t *packed, size_t used, const uint8_t *expected,
                   size_t len) {
    uint8_t *from = malloc(used), *to = malloc(len);
    memcpy(from, packed, used);
    size_t wrong = lzf_unpack(from, used, to, len);
    CHECK(wrong <= used + 1);
    if (expected != NULL)
        CHECK(wrong == 0 && memcmp(to, expected, len) == 0);
    free(from);
    free(to);
}

static void test_packed(void) {
    uint8_t in[MOST], packed[MOST];
    for (int round = 0; round < 20000; round++) {
        size_t len = (size_t)(5 + rand() % (MOST - 5));
        int letters = 1 + rand() % 8;
        for (size_t i = 0; i < len; i++)
            in[i] = (uint8_t)(rand() % letters);
        size_t used = lzf_pack(in, len, packed, len - 4);
        if (used > 0)
            unpack(packed, used, in, len);
    }
}

static void test_any_bytes(void) {
    uint8_t packed[MOST];
    for (int round = 0; round < 20000; round++) {
        size_t used = (size_t)(1 + rand() % (MOST - 1));
        /* Low bytes begin runs of plain bytes, which get further. */
        int highest = rand() % 2 ? 256 : 64;
        for (size_t i = 0; i < used; i++)
            packed[i] = (uint8_t)(rand() % highest);
        unpack(packed, used, NULL, (size_t)(1 + rand() % MOST));
    }
}

int main(void) {
    unit_test("what is packed is unpacked", test_packed);
    unit_test("any bytes are safe", test_any_bytes);
    return unit_end();
}
