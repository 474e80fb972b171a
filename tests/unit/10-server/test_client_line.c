/* How CLIENT LIST divides what waits to be sent. */
#include "client_line.c"

#include "unit.h"

/* Checks it for so many bytes of a client's own, and of blocks that it shares
 * with others. */
static void divides(size_t own, size_t shared, size_t blocks, const char *due) {
    struct conn conn = {0};
    struct client client = {.conn = &conn};
    struct client_facts facts = {.shared_bytes = shared,
                                 .shared_count = blocks};
    struct buf text = {0};
    if (own > 0)
        (void)buf_reserve(&conn.out.buf, own);
    buf_commit(&conn.out.buf, own);
    append_output(&text, &client, &facts);
    CHECK_TEXT(buf_bytes(&text), buf_len(&text), due);
    buf_free(&text);
    buf_free(&conn.out.buf);
}

static void test_division(void) {
    divides(0, 0, 0, " obl=0 oll=0 omem=0");
    divides(5, 0, 0, " obl=5 oll=0 omem=0");
    divides(16384, 0, 0, " obl=16384 oll=0 omem=0");
    divides(100000, 0, 0, " obl=16384 oll=1 omem=83616");
    divides(0, 5000, 5, " obl=5000 oll=0 omem=0");
    divides(0, 50000, 5, " obl=16384 oll=5 omem=33616");
    divides(10000, 10000, 3, " obl=16384 oll=3 omem=3616");
}

int main(void) {
    unit_test("the first block, and the rest that limits count", test_division);
    return unit_end();
}
