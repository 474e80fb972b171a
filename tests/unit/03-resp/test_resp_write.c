/* Replies as they are written, short strings among them. */
#include "resp_write.h"

#include <stdio.h>

#include "unit.h"

/* Strings of each length in one buffer, which runs out of room at each of
 * them some time. */
static void test_bulk(void) {
    static char bytes[120];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)('a' + i % 26);
    struct buf out = {0};
    for (int round = 0; round < 400; round++) {
        for (size_t len = 0; len <= sizeof bytes; len++) {
            char due[160];
            int size = snprintf(due, sizeof due, "$%zu\r\n%.*s\r\n", len,
                                (int)len, bytes);
            size_t before = buf_len(&out);
            resp_write_bulk(&out, bytes, len);
            CHECK_BYTES(buf_bytes(&out) + before, buf_len(&out) - before, due,
                        (size_t)size);
        }
        if (buf_len(&out) > 40000)
            buf_consume(&out, buf_len(&out) - (size_t)round);
    }
    buf_free(&out);
}

int main(void) {
    unit_test("bulk strings of all lengths", test_bulk);
    return unit_end();
}
